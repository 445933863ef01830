"""Calling an order off, also while somebody brings it forward."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from chassis.call import Caller
from orders import errors
from orders.models import Order
from orders.operations import cancel_order, place_order
from orders.recovery import recover
from orders.saga import State
from orders.values import Authorization, Hold, Line, Payment
from orders.world import World
from tests.examples import BUYER, an_order, make_due
from tests.fakes import FakeCatalog, FakePayments, Lost, a_world

pytestmark = pytest.mark.django_db(transaction=True)

ME = Caller(user_id=BUYER)


@pytest.mark.parametrize(
    ("lost", "undoing"),
    [
        ("reserve_stock", ["release_reservation"]),
        ("authorize_payment", ["void_payment", "release_reservation"]),
        ("confirm_reservation", ["void_payment", "release_reservation"]),
    ],
)
def test_an_order_on_its_way_is_undone(lost: str, undoing: list[str]) -> None:
    order = place_order(**an_order(world=a_world(**{lost: [Lost()]})[0]))
    world, asked = a_world()

    cancelled = cancel_order(caller=ME, order_id=order.id, world=world)

    assert asked == undoing
    assert (cancelled.state, cancelled.cancel_reason) == (State.CANCELLED, "CANCELLED_BY_CUSTOMER")
    assert cancelled.payment_token == ""


def test_it_may_be_said_twice() -> None:
    order = place_order(**an_order(world=a_world(reserve_stock=[Lost()])[0]))

    first = cancel_order(caller=ME, order_id=order.id, world=a_world()[0])
    second = cancel_order(caller=ME, order_id=order.id, world=a_world()[0])

    assert (first.id, first.state, first.version) == (second.id, second.state, second.version)


def test_placing_it_again_gives_the_cancelled_order_and_no_refusal() -> None:
    asking = an_order(world=a_world(reserve_stock=[Lost()])[0])
    order = place_order(**asking)
    cancel_order(caller=ME, order_id=order.id, world=a_world()[0])

    assert place_order(**asking).state == State.CANCELLED


@pytest.mark.parametrize("world", [a_world()[0], a_world(capture_payment=[Lost()])[0]])
def test_an_order_that_is_paid_or_may_be_is_not_called_off(world: World) -> None:
    order = place_order(**an_order(world=world))

    with pytest.raises(errors.OrderNotCancellable):
        cancel_order(caller=ME, order_id=order.id, world=a_world()[0])

    order.refresh_from_db()
    assert order.state in (State.PAID, State.CAPTURING)


def test_an_undoing_that_fails_is_finished_by_the_worker() -> None:
    order = place_order(**an_order(world=a_world(confirm_reservation=[Lost()])[0]))
    world, _ = a_world(void_payment=[Lost()])

    pending = cancel_order(caller=ME, order_id=order.id, world=world)
    assert pending.owes == "void_payment"

    make_due()
    recover(world)
    order.refresh_from_db()
    assert order.state == State.CANCELLED


def test_whoever_was_placing_the_order_stops_when_it_is_called_off() -> None:
    """The reservation that was on its way comes back as a yes, and changes nothing any more."""
    cancelling, undone = a_world()

    class Catalog(FakeCatalog):
        def reserve_stock(self, order_id: UUID, lines: Sequence[Line]) -> Hold:
            cancel_order(caller=ME, order_id=order_id, world=cancelling)
            return super().reserve_stock(order_id, lines)

    class Payments(FakePayments):
        def authorize(self, payment: Payment, token: str) -> Authorization:
            raise AssertionError("a cancelled order asks for no money")

    place_order(**an_order(world=World(catalog=Catalog(), payments=Payments())))

    order = Order.objects.get()
    assert order.state == State.CANCELLED
    assert order.total_minor is None
    assert undone == ["release_reservation"]


def test_only_the_owner_and_staff_may() -> None:
    order = place_order(**an_order(world=a_world(reserve_stock=[Lost()])[0]))

    with pytest.raises(errors.OrderNotFound):
        cancel_order(caller=Caller(user_id=uuid4()), order_id=order.id, world=a_world()[0])
    cancelled = cancel_order(caller=Caller(user_id=uuid4(), is_staff=True), order_id=order.id, world=a_world()[0])

    assert cancelled.cancel_reason == "CANCELLED_BY_STAFF"
