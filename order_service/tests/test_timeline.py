"""What is told of an order's life."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chassis.call import Caller
from chassis.outbox.models import OutboxMessage
from chassis.stored_event import MOST_REFUSALS, State
from config.rpc import world as real_world
from orders import errors
from orders.models import Kind, Order, TimelineEntry
from orders.moments import Told
from orders.operations import cancel_order, place_order
from orders.recovery import recover
from orders.timeline import get_order_timeline, timeline_of
from orders.world import World
from tests.examples import an_order, make_due
from tests.fakes import FakeCatalog, Lost, a_world
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
    a_sandboxed_world,
    first,
    refunded,
    steps,
    the_order,
)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "provider"])


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
