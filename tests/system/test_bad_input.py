"""What a caller reads who sends nonsense over REST, and that nothing comes of it."""

from typing import Any
from uuid import uuid4

import pytest

from tests.system.browser import Browser, Reply

NOWHERE = str(uuid4())


def a_line(quantity: Any = 1, product_id: str = NOWHERE) -> dict[str, Any]:
    return {"product_id": product_id, "quantity": quantity}


@pytest.mark.parametrize(
    ("order", "status", "reason", "field"),
    [
        ({"lines": [a_line(product_id="tea")]}, 400, "INVALID_ARGUMENT", "lines[0].product_id"),
        ({"lines": [a_line(0)]}, 400, "INVALID_ARGUMENT", "lines[0].quantity"),
        ({"lines": [a_line(-1)]}, 400, "INVALID_ARGUMENT", "lines[0].quantity"),
        ({"lines": [a_line(2**31 - 1)]}, 400, "INVALID_ARGUMENT", "lines[0].quantity"),
        ({"lines": [a_line(2**31)]}, 400, "MALFORMED_REQUEST", "lines[0].quantity"),
        ({"lines": [a_line(1.5)]}, 400, "MALFORMED_REQUEST", "lines[0].quantity"),
        ({"lines": [a_line(product_id=str(uuid4())) for _ in range(51)]}, 400, "INVALID_ARGUMENT", "lines"),
        ({"lines": [a_line(), a_line()]}, 400, "INVALID_ARGUMENT", "lines"),
        ({"lines": []}, 400, "INVALID_ARGUMENT", "lines"),
        ({"payment_token": "tok\0"}, 400, "INVALID_ARGUMENT", "payment_token"),
        ({"payment_token": "t" * 1_000_000}, 413, "REQUEST_TOO_LARGE", None),
        ({"total": 1}, 400, "MALFORMED_REQUEST", "total"),
        ({"user_id": NOWHERE}, 403, "BUYER_NOT_ALLOWED", None),
        ({"request_id": "7"}, 400, "MALFORMED_REQUEST", "request_id"),
    ],
)
def test_a_malformed_order_is_refused_and_not_stored(
    customer: Browser, order: dict[str, Any], status: int, reason: str, field: str | None
) -> None:
    refused = customer.place_order(**{"lines": [a_line()], **order})

    assert (refused.status, refused.body["reason"]) == (status, reason)
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["X-Request-Id"] == refused.body["correlation_id"]
    if field:
        assert field in [violation["field"] for violation in refused.body["violations"]]
    assert orders_of(customer) == []


def test_an_unknown_product_undoes_the_order(customer: Browser) -> None:
    refused = customer.place_order(lines=[a_line()])

    assert (refused.status, refused.body["reason"]) == (404, "PRODUCT_NOT_FOUND")
    [order] = orders_of(customer)
    assert (order["status"], order["cancel_reason"]) == ("ORDER_STATUS_CANCELLED", "PRODUCT_NOT_FOUND")


def test_a_request_id_with_another_order_is_refused(customer: Browser) -> None:
    request_id = str(uuid4())
    customer.place_order(request_id)

    refused = customer.place_order(request_id, payment_token="tok_decline")

    assert (refused.status, refused.body["reason"]) == (409, "REQUEST_ID_REUSED")
    assert len(orders_of(customer)) == 1


@pytest.mark.parametrize(
    ("verb", "path", "status"),
    [
        ("GET", "/v1/orders/7", 400),
        ("GET", "/v1/orders?page_token=abc", 400),
        ("GET", "/v1/orders?page_size=-1", 400),
        ("GET", "/v1/orders?colour=red", 400),
        ("GET", "/v1/nothing", 404),
        ("DELETE", "/v1/orders", 405),
        ("POST", "/shop.orders.v1.OrderService/PlaceOrder", 404),
    ],
)
def test_a_wrong_request_gets_a_problem_that_says_so(customer: Browser, verb: str, path: str, status: int) -> None:
    reply: Reply = customer.send(verb, "order_service", path)

    assert (reply.status, reply.body["status"]) == (status, status)
    assert reply.body["detail"]
    assert ("Allow" in reply.headers) == (status == 405)


def test_a_page_token_of_another_customer_is_refused(customer: Browser) -> None:
    for _ in range(2):
        customer.place_order()
    token = customer.get("order_service", "/v1/orders?page_size=1").body["next_page_token"]
    other = Browser(customer.shop)
    other.sign_up()

    assert customer.get("order_service", f"/v1/orders?page_token={token}").status == 200
    refused = other.get("order_service", f"/v1/orders?page_token={token}")
    assert (refused.status, refused.body["reason"]) == (400, "INVALID_PAGE_TOKEN")


def test_a_token_that_was_tampered_with_lets_nobody_in(customer: Browser) -> None:
    header, claims, signature = customer.token.split(".")
    customer.token = ".".join([header, claims, signature[::-1]])

    refused = customer.get("order_service", "/v1/orders")

    assert (refused.status, refused.body["reason"]) == (401, "TOKEN_INVALID")
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def orders_of(customer: Browser) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = customer.get("order_service", "/v1/orders").body["orders"]
    return listed
