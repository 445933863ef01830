"""What is told of an order's life."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chassis.call import Caller, ending_early
from chassis.outbox.models import OutboxMessage
from chassis.stored_event import MOST_REFUSALS, State
from chassis.testing import call_of
from config.rpc import world as real_world
from orders import errors
from orders.models import Kind, Order, Refund, TimelineEntry, entry
from orders.moments import Moment, Told
from orders.operations import cancel_order, place_order
from orders.recovery import recover
from orders.refunds import Wish, refund_order
from orders.timeline import FIRST, LAST, get_order_timeline, timeline_of
from orders.values import Hold, Line, Money, Payment
from orders.world import World
from tests.conftest import BUYER, an_order
from tests.fakes import FakeCatalog, FakePayments, Lost, a_world

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "provider"])

ME, STAFF = Caller(user_id=BUYER), Caller(user_id=uuid4(), is_staff=True)

PLACED = "the order was placed"
HELD = "reserve_stock: yes, the stock is held"
SET_ASIDE = "authorize_payment: yes, the money is set aside"
STAYS_HELD = "confirm_reservation: yes, the stock stays held"
PAID = "capture_payment: yes, the order is paid"
CANCELLED = "release_reservation: yes, no stock is held, the order is cancelled"
PAID_BACK = "refund_payment: yes, the money is paid back"


class Died(BaseException):
    """The process ends here, and writes nothing down any more."""


class DyingPayments(FakePayments):
    """Takes the process that asks along."""

    def capture(self, payment: Payment) -> None:
        raise Died

    def refund(self, payment: Payment, refund_id: UUID, amount: Money) -> None:
        raise Died


def a_mortal_world() -> World:
    return World(catalog=FakeCatalog(), payments=DyingPayments())


def a_sandboxed_world() -> World:
    return World(catalog=FakeCatalog(), payments=real_world().payments)


def make_due() -> None:
    for model in (Order, Refund):
        model.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=Now())


def the_order() -> Order:
    return Order.objects.get()


def refunded(order: Order, minor: int, world: World) -> Order:
    wish = Wish(request_id=uuid4(), order_id=order.id, amount=Money("EUR", minor), note="one cup was broken")
    return refund_order(caller=STAFF, wish=wish, world=world)


def steps(order: Order) -> list[str]:
    """The summaries, without what was announced and what the provider wrote down."""
    return [each.summary for each in timeline_of(order) if each.kind not in (Told.ANNOUNCED, Told.PROVIDER)]


def first(order: Order, kind: Kind | Told) -> Moment:
    return next(moment for moment in timeline_of(order) if moment.kind == kind)


def test_a_paid_order_tells_of_every_call_with_its_time_and_of_what_the_provider_did() -> None:
    order = place_order(**an_order(world=a_sandboxed_world()))

    moments = timeline_of(order)

    summaries = [each.summary for each in moments]
    assert steps(order) == [PLACED, HELD, SET_ASIDE, STAYS_HELD, PAID]
    authorized, captured = (f"the provider's ledger: {kind} EUR 7.50" for kind in ("authorized", "captured"))
    assert [each.summary for each in moments if each.kind == Told.PROVIDER] == [authorized, captured]
    # Between two of them there may be less than the clocks tell.
    assert summaries.index(authorized) < summaries.index(SET_ASIDE)
    assert summaries.index(captured) < summaries.index(PAID)
    assert summaries[-1] == "order_paid was announced, and is not delivered after 0 attempts"
    assert [each.state for each in moments if each.kind == Kind.ANSWERED] == [
        "authorizing",
        "confirming",
        "capturing",
        "paid",
    ]
    assert all(each.at <= other.at + timedelta(milliseconds=1) for each, other in pairwise(moments))
    for call in (each for each in moments if each.call):
        assert call.started_at is not None
        assert call.duration_ms is not None
        assert order.created_at <= call.started_at <= call.at + timedelta(milliseconds=1)
    assert [each.detail for each in moments if each.call] == [
        "750 minor units of EUR",
        order.payment_reference,
        None,
        None,
    ]


def test_a_declined_order_says_who_said_no_and_why() -> None:
    with pytest.raises(errors.InsufficientFunds):
        place_order(**an_order(world=a_sandboxed_world(), payment_token="tok_insufficient_funds"))
    order = the_order()

    assert steps(order) == [PLACED, HELD, "authorize_payment: no, INSUFFICIENT_FUNDS", CANCELLED]
    assert first(order, Told.PROVIDER).summary == "the provider's ledger: declined EUR 7.50 insufficient_funds"
    refusal = next(each for each in timeline_of(order) if each.answer == "no")
    assert (refusal.reason, refusal.state) == ("INSUFFICIENT_FUNDS", "releasing")
    assert refusal.detail == "The card does not cover the order. provider_reason=insufficient_funds"
    assert first(order, Told.ANNOUNCED).event == "order_cancelled"


@pytest.mark.parametrize(("caller", "who"), [(ME, "the customer"), (STAFF, "the staff")])
def test_a_cancelled_order_says_who_called_it_off(caller: Caller, who: str) -> None:
    order = place_order(**an_order(world=a_world(confirm_reservation=[Lost()])[0]))

    cancel_order(caller=caller, order_id=order.id, world=a_world()[0])

    assert steps(order) == [
        PLACED,
        HELD,
        SET_ASIDE,
        "confirm_reservation: no clear answer",
        f"{who} called it off",
        "void_payment: yes, no money is set aside",
        CANCELLED,
    ]


def test_refunds_in_parts_are_told_one_by_one() -> None:
    order = place_order(**an_order(world=a_sandboxed_world()))
    for minor in (125, 200):
        refunded(order, minor, a_sandboxed_world())

    assert steps(order)[5:] == [
        "the refund of EUR 1.25 was asked for",
        PAID_BACK,
        "the refund of EUR 2.00 was asked for",
        PAID_BACK,
    ]
    asked = [each for each in timeline_of(order) if each.refund_id]
    assert [each.amount.minor for each in asked if each.amount] == [125, 125, 125, 200, 200, 200]
    assert {each.refund_id for each in asked} == set(order.refunds.values_list("id", flat=True))
    assert first(order, Kind.REFUND_ASKED).detail == "one cup was broken"
    ledger = [each.summary for each in timeline_of(order) if each.kind == Told.PROVIDER]
    assert ledger[2:] == ["the provider's ledger: refunded EUR 1.25", "the provider's ledger: refunded EUR 2.00"]


def test_a_refund_that_the_provider_refuses_says_so() -> None:
    order = place_order(**an_order())
    with pytest.raises(errors.RefundRefused):
        refunded(order, 125, a_world(refund_payment=[errors.RefundRefused("the card is gone")])[0])

    assert steps(order)[-1] == "refund_payment: no, REFUND_REFUSED"
    assert timeline_of(order)[-1].state == "refund_refused"


def test_a_lost_reply_is_told_and_who_asked_again() -> None:
    world, _ = a_world(capture_payment=[Lost()])
    order = place_order(**an_order(world=world))
    make_due()
    recover(world)

    assert steps(order) == [
        PLACED,
        HELD,
        SET_ASIDE,
        STAYS_HELD,
        "capture_payment: no clear answer",
        "a worker took the order up (attempt 1)",
        PAID,
    ]
    unanswered = first(order, Kind.UNANSWERED)
    assert (unanswered.answer, unanswered.detail, unanswered.state) == ("unknown", "Lost()", "capturing")


def test_a_call_that_its_process_did_not_survive_is_told_by_who_takes_over() -> None:
    with pytest.raises(Died):
        place_order(**an_order(world=a_mortal_world()))
    order = the_order()
    assert steps(order)[-1] == STAYS_HELD

    make_due()
    with pytest.raises(Died):
        recover(a_mortal_world())
    make_due()
    recover(a_world()[0])

    lost = "capture_payment: nobody lived to hear the answer"
    assert steps(order)[3:] == [
        STAYS_HELD,
        lost,
        "a worker took the order up (attempt 1)",
        lost,
        "a worker took the order up (attempt 2)",
        PAID,
    ]
    death = first(order, Told.LOST)
    assert (death.call, death.answer, death.state, death.attempt) == ("capture_payment", "unknown", "capturing", 0)


def test_a_refund_whose_process_died_is_told_too() -> None:
    order = place_order(**an_order())
    with pytest.raises(Died):
        refunded(order, 125, a_mortal_world())

    make_due()
    recover(a_world()[0])

    assert steps(order)[5:] == [
        "the refund of EUR 1.25 was asked for",
        "refund_payment: nobody lived to hear the answer",
        "a worker took the refund of EUR 1.25 up (attempt 2)",
        PAID_BACK,
    ]


def test_a_refund_that_nobody_had_begun_lost_no_call() -> None:
    order = place_order(**an_order())
    refund = order.refunds.create(asked_by=STAFF.subject, request_id=uuid4(), amount_minor=125)
    entry(refund, Kind.REFUND_ASKED)

    make_due()
    recover(a_world()[0])

    assert steps(order)[5:] == [
        "the refund of EUR 1.25 was asked for",
        "a worker took the refund of EUR 1.25 up (attempt 1)",
        PAID_BACK,
    ]


def test_whoever_has_no_time_for_the_next_call_says_so_and_is_not_taken_for_dead() -> None:
    with call_of("/shop.orders.v1.OrderService/PlaceOrder", ME), ending_early(20):
        order = place_order(**an_order())
    make_due()
    recover(a_world()[0])

    assert steps(order)[:4] == [
        PLACED,
        "reserve_stock: there was no time left for it",
        "a worker took the order up (attempt 1)",
        HELD,
    ]


def test_an_answer_that_comes_when_the_order_was_called_off_is_told_and_decides_nothing() -> None:
    class Catalog(FakeCatalog):
        def reserve_stock(self, order_id: UUID, lines: Sequence[Line]) -> Hold:
            cancel_order(caller=ME, order_id=order_id, world=a_world()[0])
            return super().reserve_stock(order_id, lines)

    place_order(**an_order(world=World(catalog=Catalog(), payments=FakePayments())))

    assert steps(the_order()) == [
        PLACED,
        "the customer called it off",
        CANCELLED,
        "reserve_stock: yes, but somebody else had gone on without it",
    ]


def test_whoever_is_only_slow_is_not_taken_for_dead() -> None:
    """Its lease ran out; a worker took the order up, in vain, and then the answer came after all."""

    class Catalog(FakeCatalog):
        def reserve_stock(self, order_id: UUID, lines: Sequence[Line]) -> Hold:
            make_due()
            recover(a_world(reserve_stock=[Lost()])[0])
            return super().reserve_stock(order_id, lines)

    order = place_order(**an_order(world=World(catalog=Catalog(), payments=FakePayments())))

    assert steps(order)[:4] == [
        PLACED,
        "a worker took the order up (attempt 1)",
        "reserve_stock: no clear answer",
        HELD,
    ]
    assert "nobody lived" not in str(steps(order))


def test_an_answer_that_cannot_be_stored_is_told_and_the_caller_gets_no_more_than_is_stored() -> None:
    class Catalog(FakeCatalog):
        def reserve_stock(self, order_id: UUID, lines: Sequence[Line]) -> Hold:
            return Hold([], Money("EUR", -1))

    order = place_order(**an_order(world=World(catalog=Catalog(), payments=FakePayments())))

    assert (order.state, order.total_minor) == ("reserving", None)
    assert steps(order) == [PLACED, "reserve_stock: no clear answer"]
    detail = timeline_of(order)[-1].detail or ""
    assert detail.startswith("the answer was yes, and was not stored: IntegrityError(")


def an_order_tried(times: int) -> Order:
    world, _ = a_world(capture_payment=[Lost()] * times)
    order = place_order(**an_order(world=world))
    for _ in range(times):
        make_due()
        recover(world)
    return order


def test_of_a_long_row_of_attempts_the_middle_is_counted() -> None:
    order = an_order_tried(30)

    moments = timeline_of(order)

    # Entered the state, and then 30 times: no clear answer, taken up.
    left_out = 61 - FIRST - LAST
    gap = next(each for each in moments if each.kind == Told.OMITTED)
    assert (gap.omitted, gap.summary) == (left_out, f"left out here, of the order at capturing: {left_out}")
    at_the_state = [each for each in moments if each.state == "capturing" and each.kind != Told.OMITTED]
    assert len(at_the_state) == FIRST + LAST
    assert at_the_state.index(next(each for each in at_the_state if each.at >= gap.at)) == FIRST
    assert [each.summary for each in moments if each.kind == Kind.ANSWERED] == [HELD, SET_ASIDE, STAYS_HELD, PAID]
    assert "nobody lived" not in str(steps(order))


def test_the_whole_leaves_nothing_out() -> None:
    order = an_order_tried(30)

    moments = timeline_of(order, whole=True)

    assert [each.attempt for each in moments if each.kind == Kind.TAKEN_UP] == list(range(1, 31))
    assert Told.OMITTED not in {each.kind for each in moments}


def settle(state: State) -> None:
    OutboxMessage.objects.get().finish(state=state, refusals=MOST_REFUSALS if state == State.DEAD else 0)


@pytest.mark.parametrize(
    ("settled", "summary"),
    [
        (lambda: settle(State.DONE), "order_paid was announced, and delivered"),
        (lambda: settle(State.DEAD), "order_paid was announced, and given up after 10 refusals"),
        (lambda: OutboxMessage.objects.get().claim(timedelta(1)), "order_paid was announced, and is not delivered"),
    ],
)
def test_an_event_tells_how_far_it_has_come(settled: Callable[[], object], summary: str) -> None:
    order = place_order(**an_order())
    settled()

    event = timeline_of(order)[-1]

    message = OutboxMessage.objects.get()
    assert event.summary.startswith(summary)
    assert (event.delivery, event.settled_at, event.attempt) == (message.state, message.settled_at, message.attempts)
    assert (event.subscriber, event.at) == ("notification_service", message.created_at)


def test_its_owner_sees_neither_what_went_wrong_inside_nor_the_providers_words() -> None:
    world = World(catalog=FakeCatalog({"confirm_reservation": [Lost()]}), payments=real_world().payments)
    order = place_order(**an_order(world=world))
    make_due()
    recover(world)

    mine, theirs = (get_order_timeline(caller=caller, order_id=order.id) for caller in (ME, STAFF))

    assert theirs == timeline_of(order)
    assert [each.summary for each in mine] == [each.summary for each in theirs if each.kind != Told.PROVIDER]
    assert {(each.subscriber, each.detail) for each in mine} == {(None, None)}
    assert "Lost()" in {each.detail for each in theirs}
    assert order.payment_reference in str(theirs)
    assert order.payment_reference not in str(mine)


def test_anothers_order_looks_like_a_missing_one() -> None:
    order = place_order(**an_order())
    for order_id in (order.id, uuid4()):
        with pytest.raises(errors.OrderNotFound):
            get_order_timeline(caller=Caller(user_id=uuid4()), order_id=order_id)


def test_what_was_before_stays_before_when_the_clock_is_set_back() -> None:
    order = place_order(**an_order())
    before = steps(order)
    TimelineEntry.objects.filter(state="confirming").update(at=timezone.now() - timedelta(hours=1))

    assert steps(order) == before


def test_an_order_from_before_there_were_timelines_has_an_empty_one() -> None:
    order = place_order(**an_order(world=a_world(capture_payment=[Lost()])[0]))
    TimelineEntry.objects.all().delete()
    assert timeline_of(order) == []

    Order.objects.update(attempts=7)
    make_due()
    recover(a_world()[0])
    assert steps(order) == ["a worker took the order up (attempt 8)", PAID]


def test_many_refunds_cost_no_more_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    order = place_order(**an_order())
    for _ in range(5):
        refunded(order, 1, a_world()[0])

    with django_assert_num_queries(3):
        timeline_of(order)


def test_the_events_of_an_order_are_found_by_an_index() -> None:
    assert "outbox_by_subject" in OutboxMessage.objects.filter(subject_id=uuid4()).order_by("id").explain()
