"""Who buys in the lab, and what there is to buy."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import uuid4

import grpc

from dev.running import RunningShop
from shop.common.v1.money_pb2 import Money
from shop.products.v1 import products_pb2, products_pb2_grpc
from shop.users.v1 import users_pb2, users_pb2_grpc

PASSWORD = "a long enough password"  # noqa: S105  Of accounts that are thrown away.
STAFF = ("staff@example.com", "correct horse battery staple")
PLENTY = 1_000_000
PATIENCE = 30  # Seconds.


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, signed in."""

    user_id: str
    token: str

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What a call of theirs carries."""
        return (("authorization", f"Bearer {self.token}"),)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody and everything that an experiment needs."""

    customers: tuple[Person, ...]
    staff: Person
    products: tuple[str, ...]  # With stock for any number of orders.
    sold_out: str


def cast(shop: RunningShop, customers: int = 8, products: int = 6) -> Cast:
    """Open accounts, and put products on sale."""
    target = shop.service("user_service").target
    with grpc.insecure_channel(target) as channel, ThreadPoolExecutor(4) as pool:
        users = users_pb2_grpc.UserServiceStub(channel)
        people = tuple(pool.map(lambda _: _new_customer(users), range(customers)))
        staff = _signed_in(users, *STAFF)
    shelves = tuple(on_sale(shop, staff, PLENTY) for _ in range(products))
    return Cast(people, staff, shelves, on_sale(shop, staff, 0))


def on_sale(shop: RunningShop, staff: Person, units: int) -> str:
    """A new product with so many units. Returns its id."""
    with grpc.insecure_channel(shop.service("product_service").target) as channel:
        stub = products_pb2_grpc.ProductServiceStub(channel)
        request = products_pb2.CreateProductRequest(
            request_id=str(uuid4()),
            sku=f"LAB-{uuid4().hex[:12].upper()}",
            name="A unit of work",
            category="lab",
            price=Money(currency_code="EUR", minor_units=250),
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


def _new_customer(users: users_pb2_grpc.UserServiceStub) -> Person:
    email = f"{uuid4()}@example.com"
    request = users_pb2.RegisterRequest(request_id=str(uuid4()), email=email, password=PASSWORD, display_name="Grace")
    users.Register(request, timeout=PATIENCE)
    return _signed_in(users, email, PASSWORD)


def _signed_in(users: users_pb2_grpc.UserServiceStub, email: str, password: str) -> Person:
    session = users.Login(users_pb2.LoginRequest(email=email, password=password), timeout=PATIENCE)
    return Person(session.user.user_id, session.access_token)
