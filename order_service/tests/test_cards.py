"""The sandbox's scripted cards, through orders: whatever they do, an order comes to its end and is charged once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import F
from pytest_django import Settings

from chassis.call import Caller
from chassis.outbox.models import OutboxMessage
from orders import errors
from orders.models import Order
from orders.operations import cancel_order, place_order
from orders.payments import SandboxGateway
from orders.recovery import recover
from orders.refunds import Wish, refund_order
from orders.saga import State
from orders.world import World
from sandbox.models import Kind, LedgerEntry
from sandbox.notifications import payment_changed
from tests.examples import BUYER, an_order, make_due
from tests.fakes import FakeCatalog

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "provider"])


@pytest.fixture
def world() -> World:
    return World(catalog=FakeCatalog(), payments=SandboxGateway())


def placed(world: World, card: str) -> Order:
    return place_order(**an_order(world=world, payment_token=card))


def recovered(order: Order, world: World) -> Order:
    make_due()
    recover(world)
    order.refresh_from_db()
    return order


def ledger(order: Order) -> list[str]:
    return list(LedgerEntry.objects.filter(payment_id=order.payment_id).order_by("id").values_list("kind", flat=True))


def announced() -> int:
    return OutboxMessage.objects.filter(event_type="order_paid").count()


def age(order: Order, kind: Kind, seconds: float) -> None:
    """Let it have happened so much earlier."""
    happened = LedgerEntry.objects.filter(payment_id=order.payment_id, kind=kind)
    happened.update(created_at=F("created_at") - timedelta(seconds=seconds))


def test_a_card_that_times_out_after_charging_charges_once(world: World) -> None:
    order = placed(world, "tok_timeout")
    assert (order.state, ledger(order)) == (State.AUTHORIZING, ["authorized"])

    assert recovered(order, world).state == State.CAPTURING
    assert ledger(order) == ["authorized", "captured"]

    assert recovered(order, world).state == State.PAID
    assert ledger(order) == ["authorized", "captured"]
    assert announced() == 1


def test_an_order_called_off_while_its_card_times_out_leaves_nothing_set_aside(world: World) -> None:
    order = placed(world, "tok_timeout")

    cancelled = cancel_order(caller=Caller(user_id=BUYER), order_id=order.id, world=world)

    assert cancelled.state == State.CANCELLED
    assert ledger(order) == ["authorized", "voided"]


def test_a_card_that_answers_twice_and_out_of_order_pays_once(world: World) -> None:
    told: list[Kind] = []

    def listen(*, kind: Kind, **_: object) -> None:
        told.append(kind)

    payment_changed.connect(listen)
    try:
        order = placed(world, "tok_answer_twice")
    finally:
        payment_changed.disconnect(listen)

    assert told == ["captured", "authorized", "captured", "authorized"]
    assert (order.state, ledger(order), announced()) == (State.PAID, ["authorized", "captured"], 1)


def test_a_card_that_settles_late_is_asked_again_until_it_has(world: World) -> None:
    order = placed(world, "tok_settle_late")
    assert (order.state, ledger(order)) == (State.CAPTURING, ["authorized", "pending"])

    assert recovered(order, world).state == State.CAPTURING
    assert ledger(order) == ["authorized", "pending"]

    age(order, Kind.PENDING, 6)
    assert recovered(order, world).state == State.PAID
    assert ledger(order) == ["authorized", "pending", "captured"]


def test_what_may_settle_yet_is_not_called_off(world: World) -> None:
    order = placed(world, "tok_settle_late")

    with pytest.raises(errors.OrderNotCancellable):
        cancel_order(caller=Caller(user_id=BUYER), order_id=order.id, world=world)


def test_a_card_that_fails_for_a_minute_is_good_afterwards(world: World) -> None:
    order = placed(world, "tok_fail_for_a_minute")
    assert (order.state, ledger(order)) == (State.AUTHORIZING, ["outage"])
    assert recovered(order, world).state == State.AUTHORIZING

    age(order, Kind.OUTAGE, 61)
    assert recovered(order, world).state == State.PAID
    assert ledger(order) == ["outage", "authorized", "captured"]


def test_an_order_called_off_during_the_outage_is_undone_after_it(world: World, settings: Settings) -> None:
    order = placed(world, "tok_fail_for_a_minute")
    pending = cancel_order(caller=Caller(user_id=BUYER), order_id=order.id, world=world)
    assert pending.state == State.VOIDING

    settings.SANDBOX_OUTAGE = 0
    assert recovered(order, world).state == State.CANCELLED
    assert ledger(order) == ["outage", "voided"]


def test_a_card_that_is_closed_takes_no_refund_and_the_order_stays_paid(world: World) -> None:
    order = placed(world, "tok_refuse_refund")
    wish = Wish(request_id=uuid4(), order_id=order.id, amount=None, note="")

    for _ in range(2):
        with pytest.raises(errors.RefundRefused):
            refund_order(caller=Caller(user_id=BUYER, is_staff=True), wish=wish, world=world)

    order.refresh_from_db()
    assert (order.state, order.refunded_minor) == (State.PAID, 0)
    assert ledger(order) == ["authorized", "captured"]
