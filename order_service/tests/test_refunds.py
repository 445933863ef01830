"""Paying money back."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.call import Caller
from chassis.idempotency.once import RequestIdReused
from chassis.outbox.models import OutboxMessage
from chassis.testing import at_once
from orders import errors
from orders.models import Order, Refund, Status
from orders.operations import list_orders, place_order
from orders.recovery import recover
from orders.refunds import Wish, refund_order
from orders.values import Money
from orders.world import World
from tests.examples import an_order, make_due
from tests.fakes import Lost, a_world

pytestmark = pytest.mark.django_db(transaction=True)

STAFF = Caller(user_id=uuid4(), is_staff=True)


@pytest.fixture
def order() -> Order:
    """A paid order over EUR 7.50."""
    return place_order(**an_order())


def a_wish(order: Order, **changes: Any) -> Wish:
    return Wish(**{"request_id": uuid4(), "order_id": order.id, "amount": None, "note": "", **changes})


def refunded(order: Order, world: World | None = None, **changes: Any) -> Order:
    return refund_order(caller=STAFF, wish=a_wish(order, **changes), world=world or a_world()[0])


def announced() -> int:
    return OutboxMessage.objects.filter(event_type="order_refunded").count()


def test_all_is_paid_back_and_announced(order: Order) -> None:
    back = refunded(order)

    assert (back.status, back.refunded_minor) == (Status.REFUNDED, 750)
    assert back.version == order.version + 1
    assert announced() == 1


def test_parts_are_paid_back_until_nothing_is_left(order: Order) -> None:
    first = refunded(order, amount=Money("EUR", 500))
    assert (first.status, first.refunded_minor) == (Status.PAID, 500)

    with pytest.raises(errors.OrderNotRefundable) as refused:
        refunded(order, amount=Money("EUR", 251))
    assert refused.value.metadata == {"left_minor_units": "250", "currency_code": "EUR"}

    assert refunded(order).status == Status.REFUNDED
    with pytest.raises(errors.OrderNotRefundable):
        refunded(order)


@pytest.mark.parametrize("minor", [1, 750, 10**11])
def test_another_currency_is_refused_for_what_it_is(order: Order, minor: int) -> None:
    with pytest.raises(errors.CurrencyMismatch, match="paid in EUR, not in USD") as refused:
        refunded(order, amount=Money("USD", minor))

    assert refused.value.metadata == {"currency_code": "EUR"}
    assert not Refund.objects.exists()


def test_an_order_that_is_not_paid_is_not_refunded() -> None:
    pending = place_order(**an_order(world=a_world(reserve_stock=[Lost()])[0]))

    with pytest.raises(errors.OrderNotRefundable):
        refunded(pending)
    with pytest.raises(errors.OrderNotFound):
        refund_order(
            caller=STAFF, wish=Wish(request_id=uuid4(), order_id=uuid4(), amount=None, note=""), world=a_world()[0]
        )


def test_a_repeated_request_pays_back_once(order: Order) -> None:
    request_id, (world, asked) = uuid4(), a_world()

    for _ in range(2):
        back = refunded(order, world, request_id=request_id, amount=Money("EUR", 100))

    assert back.refunded_minor == 100
    assert asked == ["refund_payment"]


def test_a_request_id_with_other_values_is_refused(order: Order) -> None:
    request_id = uuid4()
    refunded(order, request_id=request_id, amount=Money("EUR", 100))

    with pytest.raises(RequestIdReused):
        refunded(order, request_id=request_id, amount=Money("EUR", 200))
    with pytest.raises(RequestIdReused):
        refunded(order, request_id=request_id, amount=Money("USD", 100))
    with pytest.raises(RequestIdReused):
        refunded(order, request_id=request_id)


def test_what_was_stored_as_everything_is_repeated_as_the_remainder(order: Order) -> None:
    """Also when by now an amount would be another one: nothing is left."""
    request_id = uuid4()
    first = refunded(order, request_id=request_id)
    assert Refund.objects.get().asked_minor is None

    assert refunded(order, request_id=request_id).version == first.version
    with pytest.raises(RequestIdReused):
        refunded(order, request_id=request_id, amount=Money("EUR", 750))


def test_refunds_asked_for_at_once_do_not_come_to_more_than_was_paid(order: Order) -> None:
    def ask(_number: int) -> bool:
        try:
            refunded(order, amount=Money("EUR", 200))
        except errors.OrderNotRefundable:
            return False
        return True

    assert sum(at_once(ask, 6)) == 3
    order.refresh_from_db()
    assert order.refunded_minor == 600


def test_the_same_request_at_once_pays_back_once(order: Order) -> None:
    wish, (world, asked) = a_wish(order, request_id=UUID(int=7)), a_world()

    at_once(lambda _number: refund_order(caller=STAFF, wish=wish, world=world), 6)

    order.refresh_from_db()
    assert order.refunded_minor == 750
    assert announced() == 1
    assert asked == ["refund_payment"]


def test_an_unknown_answer_is_asked_for_again_by_the_worker(order: Order) -> None:
    world, _ = a_world(refund_payment=[Lost()])
    assert refunded(order, world).refunded_minor == 0
    make_due()

    assert recover(world) == 1

    order.refresh_from_db()
    assert order.status == Status.REFUNDED
    assert announced() == 1


def test_a_refusal_of_the_provider_reaches_the_caller_and_leaves_the_money_to_be_refunded(order: Order) -> None:
    request_id = uuid4()
    world, _ = a_world(refund_payment=[errors.RefundRefused("the card is gone")])

    for _ in range(2):
        with pytest.raises(errors.RefundRefused, match="the card is gone"):
            refunded(order, world, request_id=request_id)
    assert refunded(order).status == Status.REFUNDED


def test_orders_are_listed_by_what_their_status_says(order: Order) -> None:
    part, whole = place_order(**an_order()), place_order(**an_order())
    refunded(part, amount=Money("EUR", 1))
    refunded(whole)

    def listed(status: Status) -> set[Order]:
        return set(list_orders(caller=STAFF, status=status, user_id=None))

    assert listed(Status.PAID) == {order, part}
    assert listed(Status.REFUNDED) == {whole}
    for status in Status:
        assert {each.status for each in listed(status)} <= {status}
