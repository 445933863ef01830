"""shop.orders.v1.OrderService over a real channel."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import grpc
import pytest

from chassis.status import error_info
from chassis.testing import access_token, as_service, as_user, refused, serving
from orders import errors
from orders.models import Order
from orders.servicer import OrderServicer
from shop.common.v1.money_pb2 import Money
from shop.orders.v1 import orders_pb2, orders_pb2_grpc
from tests.examples import BUYER
from tests.fakes import FakeUsers, Lost, a_world

pytestmark = pytest.mark.django_db(transaction=True)

ME = as_user(BUYER)
STAFF = as_user(uuid4(), staff=True)
EURO = Money(currency_code="EUR", minor_units=100)


@pytest.fixture
def answers() -> dict[str, Any]:
    """What the neighbours answer otherwise than well; see `a_world`."""
    return {}


@pytest.fixture
def orders(answers: dict[str, Any]) -> Iterator[orders_pb2_grpc.OrderServiceStub]:
    def hook(server: grpc.Server) -> None:
        servicer = OrderServicer.as_servicer(users=FakeUsers(), world=a_world(**answers)[0])
        orders_pb2_grpc.add_OrderServiceServicer_to_server(servicer, server)

    with serving(hook) as target, grpc.insecure_channel(target) as channel:
        yield orders_pb2_grpc.OrderServiceStub(channel)


def a_request(**changes: Any) -> orders_pb2.PlaceOrderRequest:
    values = {
        "request_id": str(uuid4()),
        "lines": [orders_pb2.PlaceOrderLine(product_id=str(uuid4()), quantity=2)],
        "payment_token": "tok_approve",
        **changes,
    }
    return orders_pb2.PlaceOrderRequest(**values)


def test_a_placed_order_can_be_read_again(orders: orders_pb2_grpc.OrderServiceStub) -> None:
    placed = orders.PlaceOrder(a_request(), metadata=ME)

    assert placed.status == orders_pb2.ORDER_STATUS_PAID
    assert placed.user_id == str(BUYER)
    assert (placed.total.currency_code, placed.total.minor_units) == ("EUR", 500)
    assert placed.lines[0].product_name == "Green tea"
    assert orders.GetOrder(orders_pb2.GetOrderRequest(order_id=placed.order_id), metadata=ME) == placed


def test_orders_are_listed_page_by_page_newest_first(orders: orders_pb2_grpc.OrderServiceStub) -> None:
    placed = [orders.PlaceOrder(a_request(), metadata=ME).order_id for _ in range(5)]

    listed, token = [], ""
    while True:
        request = orders_pb2.ListOrdersRequest(page_size=2, page_token=token)
        page = orders.ListOrders(request, metadata=ME)
        listed += [order.order_id for order in page.orders]
        token = page.next_page_token
        if not token:
            break

    assert listed == placed[::-1]


def test_a_page_token_from_another_list_is_refused(orders: orders_pb2_grpc.OrderServiceStub) -> None:
    for _ in range(2):
        orders.PlaceOrder(a_request(), metadata=ME)
    page = orders.ListOrders(orders_pb2.ListOrdersRequest(page_size=1), metadata=ME)
    paid = orders_pb2.ListOrdersRequest(page_token=page.next_page_token, status=orders_pb2.ORDER_STATUS_PAID)

    with refused("INVALID_ARGUMENT", "INVALID_PAGE_TOKEN"):
        orders.ListOrders(paid, metadata=ME)


@pytest.mark.parametrize("answers", [{"reserve_stock": [Lost()]}])
def test_an_unknown_answer_comes_back_as_a_pending_order(orders: orders_pb2_grpc.OrderServiceStub) -> None:
    placed = orders.PlaceOrder(a_request(), metadata=ME)

    assert placed.status == orders_pb2.ORDER_STATUS_PENDING
    assert not placed.HasField("total")


@pytest.mark.parametrize("answers", [{"authorize_payment": [errors.PaymentDeclined()]}])
def test_a_refusal_carries_its_reason_and_the_orders_id(orders: orders_pb2_grpc.OrderServiceStub) -> None:
    with refused("FAILED_PRECONDITION", "PAYMENT_DECLINED") as error:
        orders.PlaceOrder(a_request(), metadata=ME)

    info = error_info(error.value)
    assert info.domain == "shop.orders"
    cancelled = orders.GetOrder(orders_pb2.GetOrderRequest(order_id=info.metadata["order_id"]), metadata=ME)
    assert cancelled.status == orders_pb2.ORDER_STATUS_CANCELLED
    assert cancelled.cancel_reason == "PAYMENT_DECLINED"


def a_line(**changes: Any) -> orders_pb2.PlaceOrderLine:
    return orders_pb2.PlaceOrderLine(**{"product_id": str(uuid4()), "quantity": 1, **changes})


SAME = str(uuid4())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"request_id": "7"}, "request_id"),
        ({"request_id": ""}, "request_id"),
        ({"user_id": "me"}, "user_id"),
        ({"lines": []}, "lines"),
        ({"lines": [a_line(quantity=0)]}, "lines[0].quantity"),
        ({"lines": [a_line(quantity=-1)]}, "lines[0].quantity"),
        ({"lines": [a_line(), a_line(quantity=2**31 - 1)]}, "lines[1].quantity"),
        ({"lines": [a_line() for _ in range(51)]}, "lines"),
        ({"lines": [a_line(product_id=SAME), a_line(product_id=SAME.upper())]}, "lines"),
        ({"lines": [a_line(product_id="tea")]}, "lines[0].product_id"),
        ({"payment_token": ""}, "payment_token"),
        ({"payment_token": "tok\0"}, "payment_token"),
        ({"payment_token": "t" * 201}, "payment_token"),
    ],
)
def test_a_malformed_order_is_refused_by_field_and_nothing_is_stored(
    orders: orders_pb2_grpc.OrderServiceStub, changes: dict[str, Any], field: str
) -> None:
    with refused("INVALID_ARGUMENT", "INVALID_ARGUMENT") as error:
        orders.PlaceOrder(a_request(**changes), metadata=ME)

    assert f"{field}: " in str(error.value.details())
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        ((), "TOKEN_MISSING"),
        ((*ME, *ME), "TOKEN_MISSING"),
        (as_service("notification_service"), "TOKEN_MISSING"),
        ((("authorization", "Bearer nonsense"),), "TOKEN_INVALID"),
        ((("authorization", f"Bearer {access_token(BUYER, aud='bank')}"),), "TOKEN_INVALID"),
        ((("authorization", f"Bearer {access_token(BUYER, exp=1)}"),), "TOKEN_EXPIRED"),
    ],
)
def test_who_is_not_signed_in_places_no_order(
    orders: orders_pb2_grpc.OrderServiceStub, metadata: tuple[tuple[str, str], ...], reason: str
) -> None:
    with refused("UNAUTHENTICATED", reason):
        orders.PlaceOrder(a_request(), metadata=metadata)


@pytest.mark.parametrize("answers", [{"reserve_stock": [Lost()]}])
def test_a_pending_order_is_called_off(orders: orders_pb2_grpc.OrderServiceStub) -> None:
    placed = orders.PlaceOrder(a_request(), metadata=ME)

    cancelled = orders.CancelOrder(orders_pb2.CancelOrderRequest(order_id=placed.order_id), metadata=ME)

    assert cancelled.status == orders_pb2.ORDER_STATUS_CANCELLED
    assert cancelled.cancel_reason == "CANCELLED_BY_CUSTOMER"


def test_a_paid_order_is_refunded_by_staff_only(orders: orders_pb2_grpc.OrderServiceStub) -> None:
    placed = orders.PlaceOrder(a_request(), metadata=ME)
    refund = orders_pb2.RefundOrderRequest(request_id=str(uuid4()), order_id=placed.order_id, remainder=True)

    with refused("PERMISSION_DENIED", "STAFF_ONLY"):
        orders.RefundOrder(refund, metadata=ME)
    refunded = orders.RefundOrder(refund, metadata=STAFF)

    assert refunded.status == orders_pb2.ORDER_STATUS_REFUNDED
    assert refunded.refunded == placed.total
    with refused("FAILED_PRECONDITION", "ORDER_NOT_CANCELLABLE"):
        orders.CancelOrder(orders_pb2.CancelOrderRequest(order_id=placed.order_id), metadata=ME)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({}, id="neither"),
        pytest.param({"remainder": False}, id="neither, and it is said"),
        pytest.param({"amount": EURO, "remainder": True}, id="both"),
        pytest.param({"amount": Money(currency_code="EUR")}, id="nothing"),
        pytest.param({"amount": Money()}, id="an empty amount"),
        pytest.param({"amount": Money(), "remainder": True}, id="an empty amount, and everything"),
    ],
)
def test_a_refund_says_exactly_how_much(orders: orders_pb2_grpc.OrderServiceStub, asked: dict[str, Any]) -> None:
    placed = orders.PlaceOrder(a_request(), metadata=ME)
    refund = orders_pb2.RefundOrderRequest(request_id=str(uuid4()), order_id=placed.order_id, **asked)

    with refused("INVALID_ARGUMENT", "INVALID_ARGUMENT"):
        orders.RefundOrder(refund, metadata=STAFF)

    assert orders.GetOrder(orders_pb2.GetOrderRequest(order_id=placed.order_id), metadata=ME) == placed


def test_a_refund_of_an_amount_leaves_the_rest(orders: orders_pb2_grpc.OrderServiceStub) -> None:
    placed = orders.PlaceOrder(a_request(), metadata=ME)
    refund = orders_pb2.RefundOrderRequest(request_id=str(uuid4()), order_id=placed.order_id, amount=EURO)

    refunded = orders.RefundOrder(refund, metadata=STAFF)

    assert refunded.status == orders_pb2.ORDER_STATUS_PAID
    assert refunded.refunded == EURO
