"""The table of the saga, without a database."""

import pytest

from orders.saga import ANNOUNCEMENTS, SAGA, Announcement, Answer, Call, State, effects, step

FINAL = set(State) - set(SAGA)


def test_the_straight_way_ends_paid() -> None:
    assert walk(State.RESERVING, *[Answer.YES] * 4) == [
        Call.AUTHORIZE_PAYMENT,
        Call.CONFIRM_RESERVATION,
        Call.CAPTURE_PAYMENT,
        Announcement.ORDER_PAID,
    ]


@pytest.mark.parametrize(
    ("yeses", "undoing"),
    [
        (0, [Call.RELEASE_RESERVATION]),
        (1, [Call.RELEASE_RESERVATION]),
        (2, [Call.VOID_PAYMENT, Call.RELEASE_RESERVATION]),
        (3, [Call.VOID_PAYMENT, Call.RELEASE_RESERVATION]),
    ],
)
def test_a_no_is_undone_and_announced(yeses: int, undoing: list[Call]) -> None:
    answers = [*[Answer.YES] * yeses, Answer.NO, *[Answer.YES] * len(undoing)]

    assert walk(State.RESERVING, *answers)[yeses:] == [*undoing, Announcement.ORDER_CANCELLED]


@pytest.mark.parametrize(
    ("state", "undoing"),
    [
        (State.RESERVING, [Call.RELEASE_RESERVATION]),
        (State.AUTHORIZING, [Call.VOID_PAYMENT, Call.RELEASE_RESERVATION]),
        (State.CONFIRMING, [Call.VOID_PAYMENT, Call.RELEASE_RESERVATION]),
    ],
)
def test_calling_an_order_off_undoes_what_may_be_on_its_way(state: State, undoing: list[Call]) -> None:
    cancelled = SAGA[state].on_cancel

    assert cancelled is not None
    assert [*effects(cancelled), *walk(cancelled, *[Answer.YES] * len(undoing))] == [
        *undoing,
        Announcement.ORDER_CANCELLED,
    ]


def test_an_order_that_may_be_captured_cannot_be_called_off() -> None:
    assert SAGA[State.CAPTURING].on_cancel is None


@pytest.mark.parametrize("state", SAGA)
def test_an_unknown_answer_owes_the_same_call_again(state: State) -> None:
    assert step(state, Answer.UNKNOWN) == (state, (SAGA[state].owes,))


@pytest.mark.parametrize("state", [State.VOIDING, State.RELEASING])
def test_an_undoing_cannot_be_refused(state: State) -> None:
    assert step(state, Answer.NO) == (state, (SAGA[state].owes,))


def test_every_state_comes_to_an_end_and_every_end_but_a_refused_refund_is_announced() -> None:
    assert set(ANNOUNCEMENTS) == FINAL - {State.REFUND_REFUSED}
    for state in SAGA:
        for first in (Answer.YES, Answer.NO):
            following, _ = step(state, first)
            for _ in range(len(State)):
                if following in SAGA:
                    following, _ = step(following, Answer.YES)
            assert following in FINAL


def test_nothing_leads_out_of_a_final_state() -> None:
    for state in FINAL:
        with pytest.raises(KeyError):
            step(state, Answer.YES)


def walk(state: State, *answers: Answer) -> list[object]:
    """What is due after each of `answers`."""
    due: list[object] = []
    for answer in answers:
        state, effects = step(state, answer)
        due += effects
    return due
