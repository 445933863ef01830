"""What order_service may ask of shop.products.v1.ProductService, over a real channel."""

from uuid import uuid4

import pytest

from chassis.testing import Metadata, as_service, as_user, refused
from products.models import Product, Reservation
from shop.common.v1.money_pb2 import Money
from shop.products.v1 import products_pb2
from shop.products.v1.products_pb2_grpc import ProductServiceStub
from tests.examples import a_product, available

ORDERS = as_service("order_service")


def an_order(*products: Product, order_id: str = "", quantity: int = 1) -> products_pb2.ReserveStockRequest:
    return products_pb2.ReserveStockRequest(
        order_id=order_id or str(uuid4()),
        lines=[products_pb2.ReserveStockLine(product_id=str(each.id), quantity=quantity) for each in products],
    )


@pytest.mark.parametrize("metadata", [(), as_user(uuid4(), staff=True), as_service("user_service")])
def test_only_order_service_holds_stock(products: ProductServiceStub, metadata: Metadata) -> None:
    product, order_id = a_product(units=1), str(uuid4())

    with refused("PERMISSION_DENIED", "SERVICE_ONLY"):
        products.ReserveStock(an_order(product), metadata=metadata)
    with refused("PERMISSION_DENIED", "SERVICE_ONLY"):
        products.ConfirmReservation(products_pb2.ConfirmReservationRequest(order_id=order_id), metadata=metadata)
    with refused("PERMISSION_DENIED", "SERVICE_ONLY"):
        products.ReleaseReservation(products_pb2.ReleaseReservationRequest(order_id=order_id), metadata=metadata)

    assert not Reservation.objects.exists()


def test_an_order_holds_confirms_and_gives_back(products: ProductServiceStub) -> None:
    tea, cup = a_product(units=10, price_minor=890), a_product(units=10, name="Cup", price_minor=1600)
    request = an_order(tea, cup, quantity=2)

    held = products.ReserveStock(request, metadata=ORDERS)
    again = products.ReserveStock(request, metadata=ORDERS)
    confirmed = products.ConfirmReservation(
        products_pb2.ConfirmReservationRequest(order_id=held.order_id), metadata=ORDERS
    )
    released = products.ReleaseReservation(
        products_pb2.ReleaseReservationRequest(order_id=held.order_id), metadata=ORDERS
    )

    assert again == held
    assert held.order_id == request.order_id
    assert held.total == Money(currency_code="EUR", minor_units=2 * (890 + 1600))
    assert {(line.product_name, line.quantity, line.unit_price.minor_units) for line in held.lines} == {
        ("Assam", 2, 890),
        ("Cup", 2, 1600),
    }
    assert held.expire_time.ToSeconds() > 0
    assert (held.state, confirmed.state, released.state) == (
        products_pb2.RESERVATION_STATE_HELD,
        products_pb2.RESERVATION_STATE_CONFIRMED,
        products_pb2.RESERVATION_STATE_RELEASED,
    )
    assert (available(tea), available(cup)) == (10, 10)


def test_releasing_what_was_never_held_answers_an_empty_reservation(products: ProductServiceStub) -> None:
    order_id = str(uuid4())

    released = products.ReleaseReservation(products_pb2.ReleaseReservationRequest(order_id=order_id), metadata=ORDERS)

    assert released == products_pb2.Reservation(order_id=order_id, state=products_pb2.RESERVATION_STATE_RELEASED)


@pytest.mark.parametrize("quantity", [0, -1, 1001, 2**31 - 1])
def test_absurd_quantities_never_reach_the_stock(products: ProductServiceStub, quantity: int) -> None:
    product = a_product(units=10)

    with refused("INVALID_ARGUMENT", "INVALID_ARGUMENT"):
        products.ReserveStock(an_order(product, quantity=quantity), metadata=ORDERS)

    assert available(product) == 10


def test_a_product_twice_in_an_order_is_refused(products: ProductServiceStub) -> None:
    product = a_product(units=10)

    with refused("INVALID_ARGUMENT", "INVALID_ARGUMENT"):
        products.ReserveStock(an_order(product, product), metadata=ORDERS)

    assert available(product) == 10
