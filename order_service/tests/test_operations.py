"""What can be done with orders, in a world of fakes."""

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from chassis.call import Caller, ending_early
from chassis.errors import Refusal
from chassis.idempotency.once import RequestIdReused
from chassis.outbox.models import OutboxMessage
from chassis.testing import call_of
from orders import errors
from orders.models import Order, Status
from orders.operations import get_order, list_orders, place_order
from orders.saga import State
from orders.values import Cancellation, Line, Money
from tests.examples import BUYER, an_order
from tests.fakes import FakeUsers, Lost, a_world

pytestmark = pytest.mark.django_db(transaction=True)


def announced() -> list[str]:
    return list(OutboxMessage.objects.values_list("event_type", flat=True))


def test_an_order_is_held_charged_confirmed_and_announced_once() -> None:
    world, asked = a_world()

    order = place_order(**an_order(world=world))

    assert asked == ["reserve_stock", "authorize_payment", "confirm_reservation", "capture_payment"]
    assert order.state == State.PAID
    assert order.total == Money("EUR", 750)
    assert [(line.product_name, line.unit_price_minor) for line in order.lines.all()] == [("Green tea", 250)] * 2
    assert announced() == ["order_paid"]
    assert order.next_attempt_at is None


def test_the_payment_token_is_forgotten_once_the_provider_has_answered() -> None:
    assert place_order(**an_order()).payment_token == ""


def test_an_unknown_user_is_refused_and_nothing_is_stored() -> None:
    with pytest.raises(errors.UserNotFound):
        place_order(**an_order(users=FakeUsers(BUYER)))

    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("call", "refusal", "undoing"),
    [
        ("reserve_stock", errors.OutOfStock("2 left", metadata={"available": "2"}), ["release_reservation"]),
        ("authorize_payment", errors.PaymentDeclined(), ["release_reservation"]),
        ("confirm_reservation", errors.ReservationExpired(), ["void_payment", "release_reservation"]),
        ("capture_payment", errors.CaptureRefused(), ["void_payment", "release_reservation"]),
    ],
)
def test_a_no_undoes_the_order_and_reaches_the_buyer_with_its_id(
    call: str, refusal: Refusal, undoing: list[str]
) -> None:
    world, asked = a_world(**{call: [refusal]})
    asking = an_order(world=world)

    with pytest.raises(type(refusal)) as refused:
        place_order(**asking)

    order = Order.objects.get()
    assert refused.value.metadata == {**refusal.metadata, "order_id": str(order.id)}
    assert str(refused.value) == str(refusal)
    assert order.state == State.CANCELLED
    assert asked[asked.index(call) + 1 :] == undoing
    assert announced() == ["order_cancelled"]

    with pytest.raises(type(refusal), match=str(refused.value)):
        place_order(**asking)


@pytest.mark.parametrize("call", ["reserve_stock", "authorize_payment", "confirm_reservation", "capture_payment"])
def test_an_unknown_answer_leaves_the_order_pending_and_due(call: str) -> None:
    world, asked = a_world(**{call: [Lost()]})

    order = place_order(**an_order(world=world))

    assert order.owes == call
    assert asked[-1] == call
    assert order.next_attempt_at is not None


def test_an_order_whose_caller_has_no_time_left_goes_to_the_worker_at_once() -> None:
    world, asked = a_world()

    with call_of("/shop.orders.v1.OrderService/PlaceOrder"), ending_early(3600):
        order = place_order(**an_order(world=world))

    assert asked == []
    assert order.owes == "reserve_stock"
    assert order.next_attempt_at is not None
    assert order.next_attempt_at - order.created_at < timedelta(seconds=5)


def test_repeating_a_request_gives_the_same_order() -> None:
    asking = an_order()

    first, second = place_order(**asking), place_order(**asking)

    assert first.id == second.id
    assert Order.objects.count() == 1


def test_the_order_of_the_lines_makes_no_other_request() -> None:
    asking = an_order()
    first = place_order(**asking)

    assert place_order(**asking | {"lines": asking["lines"][::-1]}).id == first.id


@pytest.mark.parametrize(
    "change",
    [
        lambda: {"lines": [Line(uuid4(), 1)]},
        lambda: {"payment_token": "tok_other"},
        lambda: {"user_id": uuid4(), "caller": Caller(user_id=BUYER, is_staff=True)},
    ],
)
def test_the_same_request_id_with_other_values_is_refused(change: Callable[[], dict[str, object]]) -> None:
    asking = an_order()
    place_order(**asking)

    with pytest.raises(RequestIdReused):
        place_order(**asking | change())

    assert Order.objects.count() == 1


def test_the_same_request_at_once_places_one_order() -> None:
    asking = an_order()
    placed: list[Order] = []

    def place() -> None:
        placed.append(place_order(**asking))
        connection.close()

    threads = [threading.Thread(target=place) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({order.id for order in placed}) == 1
    assert len(placed) == 8
    assert announced() == ["order_paid"]


def test_only_staff_may_buy_for_another() -> None:
    somebody = uuid4()

    with pytest.raises(errors.BuyerNotAllowed):
        place_order(**an_order(user_id=somebody))
    order = place_order(**an_order(user_id=somebody, caller=Caller(user_id=BUYER, is_staff=True)))

    assert order.user_id == somebody


def test_another_customers_order_looks_like_a_missing_one() -> None:
    order = place_order(**an_order())
    other = Caller(user_id=uuid4())

    with pytest.raises(errors.OrderNotFound) as foreign:
        get_order(caller=other, order_id=order.id)
    with pytest.raises(errors.OrderNotFound) as missing:
        get_order(caller=other, order_id=uuid4())

    assert str(foreign.value) == str(missing.value)
    assert get_order(caller=Caller(user_id=BUYER), order_id=order.id) == order
    assert get_order(caller=Caller(user_id=uuid4(), is_staff=True), order_id=order.id) == order


def test_a_list_holds_what_the_caller_may_see() -> None:
    mine = place_order(**an_order())
    theirs = place_order(**an_order(caller=Caller(user_id=uuid4())))
    buyer, staff = Caller(user_id=BUYER), Caller(user_id=uuid4(), is_staff=True)

    assert list(list_orders(caller=buyer, status=None, user_id=None)) == [mine]
    assert list(list_orders(caller=buyer, status=None, user_id=theirs.user_id)) == []
    assert set(list_orders(caller=staff, status=Status.PAID, user_id=None)) == {mine, theirs}
    assert list(list_orders(caller=staff, status=Status.CANCELLED, user_id=None)) == []


def test_an_order_does_not_leave_its_saga() -> None:
    order = place_order(**an_order())

    with pytest.raises(RuntimeError, match="does not go from paid to cancelled"):
        order.move(State.CANCELLED, Cancellation("CANCELLED_BY_STAFF"))


@pytest.mark.parametrize("status", [Status.PENDING, Status.PAID, Status.CANCELLED])
def test_a_list_by_status_finds_its_orders_by_an_index(status: Status) -> None:
    """Few orders are pending, and the staff should not wait for a walk past all the others."""
    listed = list_orders(caller=Caller(user_id=uuid4(), is_staff=True), status=status, user_id=None)

    assert "orders_at_a_state" in listed.order_by("-created_at", "-id").explain()
