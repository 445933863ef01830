"""Who buys in the lab, and what there is to buy."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import uuid4

import grpc

from chassis.money import LARGEST_AMOUNT
from dev.accounts import PATIENCE, STAFF, Person, sign_in, sign_up
from dev.running import RunningShop
from shop.common.v1.money_pb2 import Money
from shop.products.v1 import products_pb2, products_pb2_grpc

PLENTY = 1_000_000


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody and everything that an experiment needs."""

    customers: tuple[Person, ...]
    staff: Person
    products: tuple[str, ...]  # With stock for any number of orders.
    sold_out: str
    free: str
    dear: str  # One of it costs as much as an order may.


def cast(shop: RunningShop, customers: int = 8, products: int = 6) -> Cast:
    """Open accounts, and put products on sale."""
    with ThreadPoolExecutor(4) as pool:
        people = tuple(pool.map(lambda _: sign_up(shop), range(customers)))
    staff = sign_in(shop, STAFF)
    shelves = tuple(on_sale(shop, staff, PLENTY) for _ in range(products))
    return Cast(
        customers=people,
        staff=staff,
        products=shelves,
        sold_out=on_sale(shop, staff, 0),
        free=on_sale(shop, staff, PLENTY, price=0),
        dear=on_sale(shop, staff, PLENTY, price=LARGEST_AMOUNT),
    )


def on_sale(shop: RunningShop, staff: Person, units: int, price: int = 250) -> str:
    """A new product with so many units, at a price in cents. Returns its id."""
    with grpc.insecure_channel(shop.service("product_service").target) as channel:
        stub = products_pb2_grpc.ProductServiceStub(channel)
        request = products_pb2.CreateProductRequest(
            request_id=str(uuid4()),
            sku=f"LAB-{uuid4().hex[:12].upper()}",
            name="A unit of work",
            category="lab",
            price=Money(currency_code="EUR", minor_units=price),
        )
        product_id = stub.CreateProduct(request, metadata=staff.metadata, timeout=PATIENCE).product_id
        if units:
            received = products_pb2.AdjustStockRequest(
                request_id=str(uuid4()),
                product_id=product_id,
                delta=units,
                reason=products_pb2.STOCK_REASON_RECEIVED,
            )
            stub.AdjustStock(received, metadata=staff.metadata, timeout=PATIENCE)
    return product_id
