"""What is told of an order for which things went wrong."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from chassis.call import ending_early
from chassis.testing import call_of
from orders.models import Kind, Order, entry
from orders.moments import Told
from orders.operations import cancel_order, place_order
from orders.recovery import recover
from orders.timeline import FIRST, LAST, timeline_of
from orders.values import Hold, Line, Money, Payment
from orders.world import World
from tests.examples import an_order, make_due
from tests.fakes import FakeCatalog, FakePayments, Lost, a_world
from tests.timelines import (
    CANCELLED,
    HELD,
    ME,
    PAID,
    PAID_BACK,
    PLACED,
    SET_ASIDE,
    STAFF,
    STAYS_HELD,
    first,
    refunded,
    steps,
    the_order,
)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "provider"])


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
