"""Whoever knows only the OpenAPI documents can use the running shop, and is not surprised by an answer."""

import shutil
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from dev.accounts import CUSTOMER, DEMO_PASSWORD
from dev.running import SERVICES, RunningShop
from tests.system.browser import PASSWORD, Browser
from tests.system.described import DescribedEdge

CHROMIUM = shutil.which("chromium")


def test_an_account_its_sign_in_and_an_order_go_by_the_documents(shop: RunningShop) -> None:
    browser = Browser(shop)
    users, orders = DescribedEdge(browser, "user_service"), DescribedEdge(browser, "order_service")
    account = {"request_id": str(uuid4()), "email": browser.email, "password": PASSWORD, "display_name": "Grace"}

    registered = users.call("Register", account)
    assert users.call("Register", account).body == registered.body
    session = users.call("Login", {"email": browser.email, "password": PASSWORD})
    browser.token = session.body["access_token"]
    assert users.call("GetUser2").body["user_id"] == registered.body["user_id"]

    products = (
        DescribedEdge(browser, "product_service")
        .call("ListProducts", in_stock="true", category="tea", page_size=9)
        .body
    )
    in_euro = [product for product in products["products"] if product["price"]["currency_code"] == "EUR"]
    lines = [{"product_id": product["product_id"], "quantity": 1} for product in in_euro[:2]]
    order = {"request_id": str(uuid4()), "lines": lines, "payment_token": "tok_approve"}
    placed = orders.call("PlaceOrder", order)
    assert placed.body["status"] == "ORDER_STATUS_PAID"
    assert orders.call("GetOrder", path={"order_id": placed.body["order_id"]}).body == placed.body
    assert orders.call("ListOrders", status="ORDER_STATUS_PAID").body["orders"] == [placed.body]
    assert DescribedEdge(browser, "notification_service").call("ListNotifications").status == 200


def test_refusals_are_those_that_the_documents_name(customer: Browser) -> None:
    orders, users = DescribedEdge(customer, "order_service"), DescribedEdge(customer, "user_service")
    products = DescribedEdge(customer, "product_service")
    order = an_order(customer)
    orders.call("PlaceOrder", order)

    assert orders.call("PlaceOrder", order | {"payment_token": "tok_decline"}).status == 409
    assert orders.call("PlaceOrder", an_order(customer, payment_token="tok_decline")).status == 400
    assert orders.call("PlaceOrder", an_order(customer, lines=[a_line()])).status == 404
    assert orders.call("PlaceOrder", an_order(customer, user_id=str(uuid4()))).status == 403
    assert orders.call("GetOrder", path={"order_id": str(uuid4())}).status == 404
    assert orders.call("ListOrders", page_token="abc").status == 400
    assert orders.call("ListOrders", colour="red").status == 400
    refund = {"request_id": str(uuid4()), "remainder": True}
    assert orders.call("RefundOrder", refund, path={"order_id": str(uuid4())}).status == 403
    assert users.call("Login", {"email": CUSTOMER, "password": "wrong"}).status == 401
    assert products.call("GetProduct", path={"product_id": str(uuid4())}).status == 404
    customer.token = "made up"
    assert orders.call("ListOrders").status == 401


@pytest.mark.parametrize(
    "change",
    [
        {"lines": []},
        {"lines": [{"product_id": "tea", "quantity": 1}]},
        {"lines": [{"product_id": str(uuid4()), "quantity": 0}]},
        {"lines": [{"product_id": str(uuid4()), "quantity": 1001}]},
        {"lines": [{"product_id": str(uuid4()), "quantity": 2**31}]},
        {"lines": [{"product_id": str(uuid4())}]},
        {"lines": "tea"},
        {"payment_token": ""},
        {"payment_token": "t" * 201},
        {"payment_token": 7},
        {"user_id": "me"},
        {"colour": "red"},
        {"request_id": "7"},
    ],
)
def test_what_the_document_rules_out_the_edge_refuses(customer: Browser, change: dict[str, Any]) -> None:
    orders = DescribedEdge(customer, "order_service")
    order = an_order(customer)
    assert orders.takes("PlaceOrder", order)

    assert not orders.takes("PlaceOrder", order | change)
    assert orders.call("PlaceOrder", order | change).status == 400


@pytest.mark.parametrize("service", SERVICES)
def test_the_page_of_every_edge_signs_in(shop: RunningShop, service: str) -> None:
    browser = Browser(shop)

    session = browser.send("POST", service, "/docs/session", {"email": CUSTOMER, "password": DEMO_PASSWORD})

    assert (session.status, session.body["display_name"]) == (200, "Ada")
    browser.token = session.body["access_token"]
    assert browser.get("user_service", "/v1/users/me").body["email"] == CUSTOMER
    refused = browser.send("POST", service, "/docs/session", {"email": CUSTOMER, "password": "wrong"})
    assert (refused.status, refused.body["reason"]) == (401, "WRONG_CREDENTIALS")


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here")
@pytest.mark.parametrize("service", SERVICES)
def test_a_browser_without_a_network_shows_every_operation(shop: RunningShop, service: str, tmp_path: Path) -> None:
    document = Browser(shop).get(service, "/openapi.json").body
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    # Every name but the edge's own address leads nowhere.
    offline = ["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", f"--user-data-dir={tmp_path}"]
    page = f"{shop.service(service).url}/docs"

    shown = subprocess.run(
        [str(CHROMIUM), *options, *offline, "--virtual-time-budget=20000", "--dump-dom", page],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout

    assert f"<title>{document['info']['title']}</title>" in shown
    for operations in document["paths"].values():
        for operation in operations.values():
            assert f'id="operations-{operation["tags"][0]}-{operation["operationId"]}"' in shown


def a_line() -> dict[str, Any]:
    return {"product_id": str(uuid4()), "quantity": 1}


def an_order(customer: Browser, **changes: Any) -> dict[str, Any]:
    lines = [{"product_id": customer.a_product()["product_id"], "quantity": 1}]
    return {"request_id": str(uuid4()), "lines": lines, "payment_token": "tok_approve", **changes}
