"""What a contract just lets in comes out at the other end, and what would not is refused before anything is done."""

import json
from typing import Any
from uuid import uuid4

import pytest

from chassis.money import LARGEST_AMOUNT
from dev.accounts import DEMO_PASSWORD, STAFF
from dev.ready import until
from dev.running import RunningShop
from tests.system.browser import PASSWORD, Browser

WIDE = "\U0001fad6"  # Four bytes of UTF-8.


@pytest.fixture
def staff(shop: RunningShop) -> Browser:
    browser = Browser(shop, email=STAFF)
    browser.sign_in(DEMO_PASSWORD)
    return browser


def on_sale(staff: Browser, price: int, name: str = "Tea", units: int = 2) -> str:
    """A new product; its id."""
    amount = {"currency_code": "EUR", "minor_units": str(price)}
    product = {"sku": f"X-{uuid4().hex[:12].upper()}", "name": name, "category": "extremes", "price": amount}
    made = staff.send("POST", "product_service", "/v1/products", product, Idempotency_Key=str(uuid4()))
    assert made.status == 200, made
    delivery = {"delta": units, "reason": "STOCK_REASON_RECEIVED", "note": "two\r\nlines"}
    path = f"/v1/products/{made.body['product_id']}:adjustStock"
    assert staff.send("POST", "product_service", path, delivery, Idempotency_Key=str(uuid4())).status == 200
    return str(made.body["product_id"])


def buy(customer: Browser, product_id: str, quantity: int = 1) -> Any:
    return customer.place_order(lines=[{"product_id": product_id, "quantity": quantity}])


def pay_back(staff: Browser, order_id: str, **how_much: Any) -> Any:
    path = f"/v1/orders/{order_id}:refund"
    return staff.send("POST", "order_service", path, how_much, Idempotency_Key=str(uuid4()))


def test_the_longest_names_and_the_largest_amount_go_all_the_way_to_the_mail(shop: RunningShop, staff: Browser) -> None:
    customer = Browser(shop)
    account = {"email": customer.email, "password": PASSWORD, "display_name": WIDE * 100, "language": "de-AT"}
    customer.send("POST", "user_service", "/v1/users", account, Idempotency_Key=str(uuid4()))
    customer.sign_in(PASSWORD)
    product_id = on_sale(staff, LARGEST_AMOUNT, name=WIDE * 200)

    paid = buy(customer, product_id)
    back = pay_back(staff, paid.body["order_id"], remainder=True)

    assert (paid.body["status"], paid.body["total"]["minor_units"]) == ("ORDER_STATUS_PAID", str(LARGEST_AMOUNT))
    assert (back.body["status"], back.body["refunded"]) == ("ORDER_STATUS_REFUNDED", paid.body["total"])
    [receipt] = until(customer.told, "no mail was sent")
    assert WIDE * 200 in receipt["text"]
    assert "1.000.000.000,00 EUR" in receipt["text"]
    until(lambda: customer.told("ORDER_REFUNDED"), "nobody was told of the refund")


def test_a_refusal_that_names_the_longest_name_arrives(customer: Browser, staff: Browser) -> None:
    """Two services hand it on, in trailers that are 8 KiB at most."""
    refused = buy(customer, on_sale(staff, 990, name=WIDE * 200), quantity=1000)

    assert (refused.status, refused.body["reason"]) == (400, "OUT_OF_STOCK")
    assert WIDE * 200 in refused.body["detail"]


def test_an_order_that_costs_more_than_can_be_said_comes_to_an_end_before_money_moves(
    customer: Browser, staff: Browser
) -> None:
    product_id = on_sale(staff, LARGEST_AMOUNT)

    refused = buy(customer, product_id, quantity=2)

    assert (refused.status, refused.body["reason"]) == (400, "TOTAL_TOO_LARGE")
    order_id = refused.body["metadata"]["order_id"]
    assert customer.order(order_id)["status"] == "ORDER_STATUS_CANCELLED"
    moments = staff.get("order_service", f"/v1/orders/{order_id}/timeline").body["entries"]
    assert {moment["call"] for moment in moments if moment["call"]} == {"reserve_stock", "release_reservation"}
    assert "TIMELINE_KIND_PROVIDER" not in {moment["kind"] for moment in moments}
    assert staff.get("product_service", f"/v1/products/{product_id}").body["available_quantity"] == "2"
    [told] = until(lambda: customer.told("ORDER_CANCELLED"), "nobody was told")
    assert "more than one order may come to" in told["text"]


def test_an_order_that_costs_nothing_is_paid_and_not_paid_back(customer: Browser, staff: Browser) -> None:
    placed = buy(customer, on_sale(staff, 0))

    assert placed.body["status"] == "ORDER_STATUS_PAID"
    assert "refunded" not in placed.body
    for status, found in (("PAID", [placed.body]), ("REFUNDED", [])):
        listed = customer.get("order_service", f"/v1/orders?status=ORDER_STATUS_{status}").body["orders"]
        assert listed == found
    refused = pay_back(staff, placed.body["order_id"], remainder=True)
    assert (refused.status, refused.body["reason"]) == (400, "ORDER_NOT_REFUNDABLE")


@pytest.mark.parametrize(
    ("how_much", "reason", "field"),
    [
        ({}, "INVALID_ARGUMENT", ""),
        ({"remainder": False}, "INVALID_ARGUMENT", ""),
        ({"note": "everything"}, "INVALID_ARGUMENT", ""),
        ({"amount": None}, "INVALID_ARGUMENT", ""),
        ({"amount": {"currency_code": "EUR", "minor_units": 0}}, "INVALID_ARGUMENT", "amount"),
        ({"amount": {"currency_code": "EUR"}}, "INVALID_ARGUMENT", "amount"),
        ({"amount": {"currency_code": "EUR", "minor_units": 1}, "remainder": True}, "INVALID_ARGUMENT", ""),
        ({"amount": {"currency_code": "USD", "minor_units": 1}}, "CURRENCY_MISMATCH", None),
    ],
    ids=json.dumps,
)
def test_a_refund_that_does_not_say_how_much_pays_nothing_back(
    customer: Browser, staff: Browser, how_much: Any, reason: str, field: str | None
) -> None:
    order = buy(customer, on_sale(staff, 990)).body

    refused = pay_back(staff, order["order_id"], **how_much)

    assert (refused.status, refused.body["reason"]) == (400, reason)
    assert field is None or [violation["field"] for violation in refused.body["violations"]] == [field]
    assert customer.order(order["order_id"]) == order


@pytest.mark.parametrize("name", [" ", "\u00a0\u2003", "Tea\r\nBcc: eve@example.com", "Tea\n", "\x1b[2J", "Tea\u2028"])
def test_a_name_is_one_line_with_something_on_it(staff: Browser, customer: Browser, name: str) -> None:
    product_id = on_sale(staff, 990)
    user_id = customer.get("user_service", "/v1/users/me").body["user_id"]

    for browser, service, path, field in (
        (staff, "product_service", f"/v1/products/{product_id}", "name"),
        (staff, "product_service", f"/v1/products/{product_id}", "category"),
        (customer, "user_service", f"/v1/users/{user_id}", "display_name"),
    ):
        refused = browser.send("PATCH", service, path, {field: name})
        assert refused.status == 400, refused
        assert [violation["field"] for violation in refused.body["violations"]] == [field]
