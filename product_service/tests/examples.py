"""Products and orders to test with."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID, uuid4

import grpc
from django.db.models import Sum
from grpc_status import rpc_status

from chassis.errors import Refusal
from chassis.status import problem_of
from chassis.testing import at_once
from products import operations, reservations
from products.models import Product, Reservation, StockMovement
from products.reservations import Line

T = TypeVar("T")


def a_product(
    *,
    units: int = 0,
    sku: str = "",
    name: str = "Assam",
    description: str = "",
    category: str = "tea",
    price_minor: int = 890,
    currency: str = "EUR",
) -> Product:
    """A product on sale, with `units` in stock."""
    product = operations.create_product(
        sku=sku or uuid4().hex[:12].upper(),
        name=name,
        description=description,
        category=category,
        price_minor=price_minor,
        currency=currency,
    )
    if units:
        operations.adjust_stock(product_id=product.id, delta=units, reason=StockMovement.Reason.RECEIVED)
    return product


def a_hold(*products: Product, quantity: int = 1, order_id: UUID | None = None) -> Reservation:
    """A hold on `quantity` units of each."""
    return reservations.reserve_stock(
        order_id=order_id or uuid4(), lines=[Line(product.id, quantity) for product in products]
    )


def available(product: Product) -> int:
    """How many units can be ordered, after holding that against the ledger."""
    product.refresh_from_db()
    assert product.available == (product.movements.aggregate(total=Sum("delta"))["total"] or 0)
    return product.available


def race(*acts: Callable[[], T]) -> list[T | Refusal]:
    """What each of `acts` gave or refused, when threads start them at the same moment."""

    def outcome(number: int) -> T | Refusal:
        try:
            return acts[number]()
        except Refusal as refusal:
            return refusal

    return at_once(outcome, len(acts))


def violations(error: grpc.RpcError) -> list[str]:
    """The fields that a refused call got wrong."""
    status = rpc_status.from_call(error)
    return [violation["field"] for violation in problem_of(status)["violations"]]
