"""What a token is worth whose session has ended: nothing for money, stock, accounts and what is others'."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from dev.ready import until
from dev.running import SERVICES, RunningShop
from tests.system.browser import PASSWORD, Browser, Reply
from tests.system.callers import dismiss, new_staff
from tests.system.test_staff import StaffBrowser
from tests.system.test_watching import events, pending_order, watching

SOON = 6.0  # Seconds. An answer about a session is kept for two, and machines are busy.
Ask = Callable[[], Reply]


@pytest.fixture
def clerk(shop: RunningShop) -> Browser:
    """Somebody of the staff, who may be dismissed."""
    return new_staff(shop)


def ask(caller: Browser, verb: str, path: str, body: Any = None) -> Ask:
    """A request that `caller` sends each time it is called, to whichever service has the path."""
    service = {"orders": "order_service", "products": "product_service"}.get(path.split("/")[2], "user_service")
    return lambda: caller.send(verb, service, path, body, Idempotency_Key=str(uuid4()))


def powers(clerk: Browser, customer: Browser) -> dict[str, Ask]:
    """What only staff can do, with a product and to an order, an account of a customer."""
    order = customer.place_order().body
    product = {"name": "Tea", "category": "tea", "price": {"currency_code": "EUR", "minor_units": "990"}}
    create = ask(clerk, "POST", "/v1/products", {**product, "sku": f"T-{uuid4().hex[:12].upper()}"})
    in_orders, user = f"/v1/orders/{order['order_id']}", f"/v1/users/{order['user_id']}"
    in_products = f"/v1/products/{create().body['product_id']}"
    line = {"product_id": order["lines"][0]["product_id"], "quantity": 1}
    for_another = {"user_id": order["user_id"], "lines": [line], "payment_token": "tok_approve"}
    return {
        "restock": ask(clerk, "POST", f"{in_products}:adjustStock", {"delta": 5, "reason": "STOCK_REASON_RECEIVED"}),
        "reprice": ask(clerk, "PATCH", in_products, {"price": {"currency_code": "EUR", "minor_units": "1"}}),
        "archive": ask(clerk, "POST", f"{in_products}:archive", {}),
        "create a product": create,
        "look at an order": ask(clerk, "GET", in_orders),
        "look at a timeline": ask(clerk, "GET", f"{in_orders}/timeline"),
        "list orders": ask(clerk, "GET", "/v1/orders"),
        "refund": ask(clerk, "POST", f"{in_orders}:refund", {"remainder": True}),
        "cancel": ask(clerk, "POST", f"{in_orders}:cancel", {}),
        "order for another": ask(clerk, "POST", "/v1/orders", for_another),
        "list users": ask(clerk, "GET", "/v1/users"),
        "look at a user": ask(clerk, "GET", user),
        "change a user": ask(clerk, "PATCH", user, {"display_name": "Mallory"}),
        "close an account": ask(clerk, "POST", f"{user}:deactivate", {}),
    }


def is_over(ask: Ask) -> bool:
    answer = ask()
    return (answer.status, answer.body.get("reason")) == (401, "SESSION_EXPIRED")


def still(can: dict[str, Ask]) -> list[str]:
    """What of it is not refused since the session has ended."""
    return [name for name, ask in can.items() if not is_over(ask)]


def test_dismissed_staff_can_do_nothing_more(clerk: Browser, customer: Browser, staff: Browser) -> None:
    can = powers(clerk, customer)
    # From here on, both services know that the session stands.
    assert [can[name]().status for name in ("look at an order", "restock")] == [200, 200]

    dismiss(clerk, staff)

    assert still({name: can[name] for name in ("order for another", "list users", "close an account")}) == []
    until(lambda: not still({name: can[name] for name in ("look at an order", "restock")}), "still staff", SOON)
    assert still(can) == []
    [order] = customer.get("order_service", "/v1/orders").body["orders"]
    assert order["status"] == "ORDER_STATUS_PAID"


def test_what_is_left_of_staff_who_sign_out_is_nothing(clerk: Browser, customer: Browser) -> None:
    can = powers(clerk, customer)

    clerk.sign_out()

    until(lambda: not still({name: can[name] for name in ("look at an order", "restock")}), "still staff", SOON)
    assert still(can) == []


@pytest.mark.parametrize("service", SERVICES)
def test_dismissed_staff_are_signed_out_of_every_admin(
    shop: RunningShop, clerk: Browser, staff: Browser, service: str
) -> None:
    admin = StaffBrowser(shop.service(service).url)
    assert "Log out" in admin.sign_in(clerk.email, PASSWORD)

    dismiss(clerk, staff)

    until(lambda: "E-mail address" in admin.get("/admin/"), "dismissed staff still see the admin", SOON)


def test_dismissed_staff_do_not_go_on_watching(
    shop: RunningShop, clerk: Browser, customer: Browser, staff: Browser
) -> None:
    product = customer.a_product()
    with shop.without("product-rpc"):
        order_id = pending_order(customer, product)
        with watching(clerk, order_id) as answer:
            next(events(answer))
            dismiss(clerk, staff)

            # Comes with the end of the stream, which would last for as long as the order is pending.
            assert '"reason": "SESSION_EXPIRED"' in answer.read().decode()


def own_account(owner: Browser) -> dict[str, Ask]:
    """What an owner does with an account, and what costs them money."""
    path = f"/v1/users/{owner.get('user_service', '/v1/users/me').body['user_id']}"
    password = {"current_password": PASSWORD, "new_password": "a password of mine now"}
    return {
        "look": ask(owner, "GET", "/v1/users/me"),
        "change": ask(owner, "PATCH", path, {"display_name": "Mallory"}),
        "change the password": ask(owner, "POST", f"{path}:changePassword", password),
        "order": owner.place_order,
        "close": ask(owner, "POST", f"{path}:deactivate", {}),
    }


def test_a_stolen_token_is_worth_nothing_after_the_password_was_changed(shop: RunningShop, customer: Browser) -> None:
    thief = Browser(shop, token=customer.new_session()["access_token"])
    stolen, own = own_account(thief), own_account(customer)
    assert thief.get("user_service", "/v1/users/me").status == 200

    assert own["change the password"]().status == 200

    assert still(stolen) == []
    assert customer.place_order().status == 200
    assert own["look"]().body["active"]


def test_whoever_signs_out_takes_the_token_along(customer: Browser) -> None:
    can = own_account(customer)

    customer.sign_out()

    assert still(can) == []
    # Their own orders alone, and only to look at, for as long as the token lasts.
    assert customer.get("order_service", "/v1/orders").status == 200


def test_whoever_closes_an_account_may_not_order_with_its_token(customer: Browser) -> None:
    can = own_account(customer)
    assert can["close"]().status == 200

    order = can["order"]()
    assert (order.status, order.body["reason"]) == (400, "USER_DEACTIVATED")
    assert still(can) == ["order"]


def test_an_order_is_repeated_after_its_session_and_without_user_service(shop: RunningShop, customer: Browser) -> None:
    request_id, lines = str(uuid4()), [{"product_id": customer.a_product()["product_id"], "quantity": 1}]
    placed = customer.place_order(request_id, lines=lines)
    customer.sign_out()

    assert customer.place_order(request_id, lines=lines).body["order_id"] == placed.body["order_id"]
    with shop.without("user-rpc"):
        assert customer.place_order(request_id, lines=lines).body["order_id"] == placed.body["order_id"]


def test_without_user_service_staff_wait_and_customers_go_on(
    shop: RunningShop, clerk: Browser, customer: Browser
) -> None:
    can = powers(clerk, customer)
    asking = {name: can[name] for name in ("look at an order", "refund", "restock", "create a product")}
    with shop.without("user-rpc"):
        until(lambda: {each().status for each in asking.values()} == {503}, "staff are let in unasked", SOON)
        refused = can["refund"]()
        assert refused.body["reason"] == "NEIGHBOUR_UNAVAILABLE"
        assert int(refused.headers["Retry-After"]) >= 1
        assert customer.get("order_service", "/v1/orders").status == 200

    assert can["look at an order"]().status == 200
