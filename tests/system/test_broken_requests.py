"""Requests that break off on their way: nothing comes of them, whatever they were about."""

import json
import socket
import struct
from collections.abc import Callable
from uuid import uuid4

import pytest

from dev.running import RunningShop
from dev.shop import HOST
from tests.system.browser import Browser


def end_writing(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_WR)


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def send_nonsense(connection: socket.socket) -> None:
    connection.sendall(b"zz\r\n")


@pytest.fixture(params=[end_writing, reset, send_nonsense, socket.socket.close], ids=lambda end: end.__name__)
def end(request: pytest.FixtureRequest) -> Callable[[socket.socket], None]:
    """How a connection breaks."""
    chosen: Callable[[socket.socket], None] = request.param
    return chosen


@pytest.fixture(params=["Transfer-Encoding: chunked", "Content-Length: 60"])
def framing(request: pytest.FixtureRequest) -> str:
    """How a request says where its body ends."""
    return str(request.param)


def break_off(
    browser: Browser, service: str, path: str, framing: str, end: Callable[[socket.socket], None], **headers: str
) -> None:
    """Send the head of a request and none of its body."""
    lines = {"Authorization": f"Bearer {browser.token}", "Content-Type": "application/json", **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    port = browser.shop.service(service).rest_port
    with socket.create_connection((HOST, port), timeout=10) as connection:
        connection.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{head}{framing}\r\n\r\n".encode())
        end(connection)


def test_an_account_stays_open(
    shop: RunningShop, customer: Browser, framing: str, end: Callable[[socket.socket], None]
) -> None:
    user_id = customer.get("user_service", "/v1/users/me").body["user_id"]

    break_off(customer, "user_service", f"/v1/users/{user_id}:deactivate", framing, end)

    assert customer.get("user_service", "/v1/users/me").body["active"]


def test_a_paid_order_stays_paid(
    shop: RunningShop, customer: Browser, staff: Browser, framing: str, end: Callable[[socket.socket], None]
) -> None:
    order_id = customer.place_order().body["order_id"]
    key = str(uuid4())

    break_off(staff, "order_service", f"/v1/orders/{order_id}:refund", framing, end, **{"Idempotency-Key": key})

    assert "refunded" not in customer.order(order_id), json.dumps(customer.order(order_id))


def test_a_product_stays_for_sale(
    shop: RunningShop, staff: Browser, framing: str, end: Callable[[socket.socket], None]
) -> None:
    product_id = staff.a_product()["product_id"]

    break_off(staff, "product_service", f"/v1/products/{product_id}:archive", framing, end)

    assert not staff.get("product_service", f"/v1/products/{product_id}").body.get("archived")
