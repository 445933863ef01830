"""One good request of every method with a route, and who may send it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from dev.ready import until
from tests.system.browser import PASSWORD, Browser
from tests.system.callers import Callers
from tests.system.doors import Json

TOKENS = frozenset({"accessToken", "refreshToken", "expireTime", "refreshExpireTime"})


@dataclass(frozen=True, slots=True)
class World:
    """What the examples speak of."""

    everybody: Callers
    user_id: str
    product_id: str
    order_id: str


@dataclass(frozen=True, slots=True)
class Example:
    """A request that is answered with OK."""

    caller: str
    request: Callable[[World], Json]
    volatile: frozenset[str] = field(default_factory=frozenset)  # Fields of the reply that no two calls share.
    once: bool = False  # Whether a second call with the same request is another matter.


def nothing(_world: World) -> Json:
    return {}


def a_key(_world: World) -> Json:
    return {"request_id": str(uuid4())}


def the_user(world: World) -> Json:
    return {"user_id": world.user_id}


def the_product(world: World) -> Json:
    return {"product_id": world.product_id}


def the_order(world: World) -> Json:
    return {"order_id": world.order_id}


def a_registration(world: World) -> Json:
    return {**a_key(world), "email": f"{uuid4()}@example.com", "password": PASSWORD, "display_name": "Mary"}


def a_sign_in(world: World) -> Json:
    return {"email": world.everybody.customer.email, "password": PASSWORD}


def an_order(world: World) -> Json:
    return {
        **a_key(world),
        "lines": [{"product_id": world.product_id, "quantity": 1}],
        "payment_token": "tok_approve",
    }


def a_product(world: World) -> Json:
    price = {"currency_code": "EUR", "minor_units": "990"}
    return {**a_key(world), "sku": f"T-{uuid4().hex[:12].upper()}", "name": "Tea", "category": "tea", "price": price}


def a_delivery(world: World) -> Json:
    return {**a_key(world), **the_product(world), "delta": 3, "reason": "STOCK_REASON_RECEIVED"}


def a_refresh(world: World) -> Json:
    return {"refresh_token": world.everybody.customer.new_session()["refresh_token"]}


def a_profile(world: World) -> Json:
    return {**the_user(world), "display_name": "Grace Hopper", "update_mask": "displayName"}


def a_new_password(world: World) -> Json:
    return {**the_user(world), "current_password": PASSWORD, "new_password": PASSWORD}


def a_new_description(world: World) -> Json:
    return {**the_product(world), "description": f"Now {uuid4()}", "update_mask": "description"}


def a_stale_product(world: World) -> Json:
    """A product of its own, so that nobody misses it."""
    staff = world.everybody.staff
    made = staff.send("POST", "product_service", "/v1/products", a_product(world))
    return {"product_id": made.body["product_id"]}


def an_unwanted_account(world: World) -> Json:
    """An account of its own, closed by staff."""
    return {"user_id": Browser(world.everybody.customer.shop).sign_up()["user_id"]}


def an_unfinished_order(world: World) -> Json:
    """An order that was undone already, and so may be called off again."""
    refused = world.everybody.customer.place_order(payment_token="tok_decline")
    return {"order_id": refused.body["metadata"]["order_id"]}


def an_order_told_of(world: World) -> Json:
    """The order, once all that it announced has arrived: nothing more becomes of it meanwhile."""
    until(lambda: _delivered(world), "the order's event was not delivered")
    return the_order(world)


def _delivered(world: World) -> bool:
    timeline = world.everybody.customer.get("order_service", f"/v1/orders/{world.order_id}/timeline").body
    return {each["delivery"] for each in timeline["entries"] if each["event"]} == {"done"}


def a_wish_for_mail(_world: World) -> Json:
    wish = {"kind": "NOTIFICATION_KIND_ORDER_PAID", "channels": ["CHANNEL_EMAIL"]}
    return {"preferences": {"preferences": [wish]}}


EXAMPLES = {
    "Register": Example("anonymous", a_registration),
    "Login": Example("anonymous", a_sign_in, TOKENS),
    "RefreshSession": Example("anonymous", a_refresh, TOKENS, once=True),
    "RevokeSession": Example("anonymous", a_refresh),
    "GetUser": Example("customer", the_user),
    "UpdateUser": Example("customer", a_profile),
    "ChangePassword": Example("customer", a_new_password),
    "DeactivateUser": Example("staff", an_unwanted_account),
    "ListUsers": Example("staff", lambda _world: {"page_size": 2}),
    "GetSigningKeys": Example("anonymous", nothing),
    "ListProducts": Example("anonymous", lambda _world: {"page_size": 3, "in_stock": True, "query": "tea"}),
    "GetProduct": Example("anonymous", the_product),
    "BatchGetProducts": Example("anonymous", lambda world: {"product_ids": [world.product_id]}),
    "CreateProduct": Example("staff", a_product),
    "UpdateProduct": Example("staff", a_new_description),
    "ArchiveProduct": Example("staff", a_stale_product),
    "AdjustStock": Example("staff", a_delivery),
    "PlaceOrder": Example("customer", an_order),
    "GetOrder": Example("customer", the_order),
    "GetOrderTimeline": Example("customer", an_order_told_of),
    "ListOrders": Example("customer", lambda _world: {"status": "ORDER_STATUS_PAID", "page_size": 5}),
    "CancelOrder": Example("customer", an_unfinished_order),
    "RefundOrder": Example("staff", lambda world: {**a_key(world), **the_order(world), "remainder": True}),
    "ListNotifications": Example("other customer", lambda _world: {"page_size": 1}),
    "GetPreferences": Example("customer", nothing),
    "UpdatePreferences": Example("customer", a_wish_for_mail),
}
