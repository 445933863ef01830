"""Orders that cost nothing, and orders that cost more than one may."""

from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db.models import F
from django.test import Client

from chassis.money import LARGEST_AMOUNT
from chassis.outbox.models import OutboxMessage
from config.rpc import world as real_world
from orders import errors
from orders.models import Order, Refund, Status
from orders.operations import list_orders, place_order
from orders.recovery import recover
from orders.refunds import Wish, refund_order
from orders.saga import State
from orders.world import World
from sandbox.models import LedgerEntry
from shop.events.v1.events_pb2 import Event
from tests.examples import an_order, make_due
from tests.fakes import FakeCatalog, FakePayments, Lost, a_world
from tests.timelines import ME, STAFF

pytestmark = pytest.mark.django_db(databases=["default", "provider"])

ORDERS = "/admin/orders/order/"


def at_price(price_minor: int) -> World:
    """A world in which every product costs that, and the sandbox charges it."""
    catalog = FakeCatalog()
    catalog.price_minor = price_minor
    return World(catalog=catalog, payments=real_world().payments)


def everything_back(order: Order) -> Order:
    wish = Wish(request_id=uuid4(), order_id=order.id, amount=None, note="")
    return refund_order(caller=STAFF, wish=wish, world=real_world())


def told(kind: str) -> list[Event]:
    payloads = OutboxMessage.objects.filter(event_type=kind).order_by("id").values_list("payload", flat=True)
    return [Event.FromString(bytes(payload)) for payload in payloads]


@pytest.mark.parametrize("card", ["tok_approve", "tok_decline"])
def test_a_free_order_is_paid_without_asking_the_provider(card: str) -> None:
    order = place_order(**an_order(world=at_price(0), payment_token=card))

    assert (order.state, order.status, order.total.minor) == (State.PAID, Status.PAID, 0)
    assert [event.order_paid.total.minor_units for event in told("order_paid")] == [0]
    assert not LedgerEntry.objects.exists()


def test_of_a_free_order_nothing_is_paid_back() -> None:
    order = place_order(**an_order(world=at_price(0)))

    with pytest.raises(errors.OrderNotRefundable, match="0 minor units of EUR are left"):
        everything_back(order)


def test_a_free_order_that_is_undone_asks_no_provider_either() -> None:
    catalog = FakeCatalog({"confirm_reservation": [errors.ReservationExpired()]})
    catalog.price_minor = 0

    with pytest.raises(errors.ReservationExpired):
        place_order(**an_order(world=World(catalog=catalog, payments=real_world().payments)))

    assert not LedgerEntry.objects.exists()


def test_free_orders_and_orders_paid_back_are_told_apart_everywhere(
    staff: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    free, whole, paid = (place_order(**an_order(world=at_price(price))) for price in (0, 250, 250))
    whole = everything_back(whole)

    expected = {Status.PAID: {free, paid}, Status.REFUNDED: {whole}}
    for status, orders in expected.items():
        assert {order.status for order in orders} == {status}
        assert set(list_orders(caller=STAFF, status=status, user_id=None)) == orders
        page = staff.get(ORDERS, {"status": status}).content.decode()
        assert f'<span class="badge good">{status}</span>' in page
        assert {order for order in Order.objects.all() if str(order.id) in page} == orders
    assert explained(free, capsys).splitlines()[0] == f"Order {free.id}: paid"
    assert explained(whole, capsys).splitlines()[0] == f"Order {whole.id}: paid, and all of it paid back"


def explained(order: Order, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("explain_order", str(order.id))
    return capsys.readouterr().out


def test_a_total_at_the_limit_is_paid_told_and_paid_back() -> None:
    # Three units are ordered.
    price = LARGEST_AMOUNT // 3
    order = everything_back(place_order(**an_order(world=at_price(price))))

    assert order.status == Status.REFUNDED
    [paid], [refunded] = told("order_paid"), told("order_refunded")
    assert paid.order_paid.total.minor_units == refunded.order_refunded.amount.minor_units == 3 * price


@pytest.mark.parametrize("refuses", ["product_service", "nobody"])
def test_a_total_beyond_the_limit_is_given_up_before_the_provider_hears_of_it(refuses: str) -> None:
    catalog = FakeCatalog({"reserve_stock": [errors.TotalTooLarge()] if refuses == "product_service" else []})
    # Three units are ordered.
    catalog.price_minor = LARGEST_AMOUNT // 3 + 1
    world = World(catalog=catalog, payments=FakePayments({}, catalog.asked))

    with pytest.raises(errors.TotalTooLarge) as refused:
        place_order(**an_order(world=world))

    [order] = list_orders(caller=ME, status=Status.CANCELLED, user_id=None)
    assert refused.value.metadata == {"order_id": str(order.id)}
    assert (order.cancel_reason, order.currency) == ("TOTAL_TOO_LARGE", "")
    assert catalog.asked == ["reserve_stock", "release_reservation"]


def test_an_order_that_was_captured_before_totals_had_a_limit_comes_to_its_end() -> None:
    """It could not be announced then, and was captured again and again."""
    order = place_order(**an_order(world=a_world(capture_payment=[Lost()])[0]))
    Order.objects.update(total_minor=10 * LARGEST_AMOUNT)
    order.lines.update(unit_price_minor=10 * LARGEST_AMOUNT / F("quantity"))
    make_due()

    recover(a_world()[0])

    order.refresh_from_db()
    assert order.status == Status.PAID
    wish = Wish(request_id=uuid4(), order_id=order.id, amount=None, note="")
    assert refund_order(caller=STAFF, wish=wish, world=a_world()[0]).status == Status.REFUNDED
    assert Refund.objects.get().amount_minor == 10 * LARGEST_AMOUNT
    assert [event.order_refunded.amount.minor_units for event in told("order_refunded")] == [10 * LARGEST_AMOUNT]
