"""A customer watches an order on its way, over both doors."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from http.client import HTTPResponse
from typing import Any

import grpc
import pytest

from chassis.testing import streaming
from dev.running import RunningShop
from shop.orders.v1 import orders_pb2, orders_pb2_grpc
from tests.system.browser import Browser
from tests.system.test_grpcurl import GRPCURL, grpcurl

Event = tuple[int, dict[str, Any]]  # An id and an order.


def watching(customer: Browser, order_id: str, **headers: str) -> AbstractContextManager[HTTPResponse]:
    """The open answer to a request for the order's events; underscores in header names stand for hyphens."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    port = customer.shop.service("order_service").rest_port
    return streaming(port, f"/v1/orders/{order_id}:watch", {**sent, "Authorization": f"Bearer {customer.token}"})


def events(answer: HTTPResponse) -> Iterator[Event]:
    """The events as they come, until the stream ends."""
    number = 0
    for line in answer:
        field, _, value = line.decode().rstrip("\n").partition(": ")
        if field == "id":
            number = int(value)
        elif field == "data":
            yield number, json.loads(value)["order"]


def pending_order(customer: Browser, product: dict[str, Any]) -> str:
    """An order that was placed while product_service is dead."""
    placed = customer.place_order(lines=[{"product_id": product["product_id"], "quantity": 1}])
    assert placed.body["status"] == "ORDER_STATUS_PENDING"
    return str(placed.body["order_id"])


def test_a_watched_order_is_seen_on_its_way_and_the_watch_taken_up_again(shop: RunningShop, customer: Browser) -> None:
    product = customer.a_product()
    with shop.without("product-rpc"):
        order_id = pending_order(customer, product)
        with watching(customer, order_id) as answer:
            assert (answer.status, answer.getheader("Content-Type")) == (200, "text/event-stream")
            first, order = next(events(answer))
            assert order["status"] == "ORDER_STATUS_PENDING"

    with watching(customer, order_id, Last_Event_ID=str(first)) as answer:
        seen = list(events(answer))

    versions = [version for version, _ in seen]
    assert versions == sorted(set(versions))
    assert versions[0] > first
    assert seen[-1][1] == customer.order(order_id)
    assert seen[-1][1]["status"] == "ORDER_STATUS_PAID"
    with watching(customer, order_id, Last_Event_ID=str(versions[-1])) as answer:
        assert answer.status == 204


def test_a_stranger_cannot_watch(shop: RunningShop, customer: Browser) -> None:
    order_id = customer.place_order().body["order_id"]
    stranger = Browser(shop)
    stranger.sign_up()

    with watching(stranger, order_id) as answer:
        assert (answer.status, json.load(answer)["reason"]) == (404, "ORDER_NOT_FOUND")


def test_watchers_neither_hold_up_calls_nor_the_end_of_the_processes(shop: RunningShop, customer: Browser) -> None:
    product = customer.a_product()
    with shop.without("product-rpc"):
        order_id = pending_order(customer, product)
        with ExitStack() as stack:
            # As many as one caller may have.
            watched = [stack.enter_context(watching(customer, order_id)) for _ in range(4)]
            assert [next(events(answer))[1]["status"] for answer in watched] == ["ORDER_STATUS_PENDING"] * 4
            for _ in range(4):
                with watching(customer, order_id) as refused:
                    assert (refused.status, json.load(refused)["reason"]) == (429, "TOO_MANY_STREAMS")
            assert customer.get("order_service", f"/v1/orders/{order_id}").status == 200

            started = time.monotonic()
            assert shop.end("order-edge", signal.SIGTERM) == 0
            assert time.monotonic() - started < 2.5
            shop.restart("order-edge")


def test_a_watch_over_grpc_ends_well_with_its_server(shop: RunningShop, customer: Browser) -> None:
    product = customer.a_product()
    with shop.without("product-rpc"):
        request = orders_pb2.WatchOrderRequest(order_id=pending_order(customer, product))
        with grpc.insecure_channel(shop.service("order_service").target) as channel:
            me = (("authorization", f"Bearer {customer.token}"),)
            replies = orders_pb2_grpc.OrderServiceStub(channel).WatchOrder(request, metadata=me)
            assert next(replies).order.status == orders_pb2.ORDER_STATUS_PENDING

            assert shop.end("order-rpc", signal.SIGTERM) == 0

            assert all(reply.order.status == orders_pb2.ORDER_STATUS_PENDING for reply in replies)
        shop.restart("order-rpc")


@pytest.mark.skipif(not GRPCURL.exists(), reason="grpcurl has no wheel for this platform")
def test_grpcurl_watches(shop: RunningShop, customer: Browser) -> None:
    order_id = customer.place_order().body["order_id"]

    watched: subprocess.CompletedProcess[str] = grpcurl(
        shop,
        "order_service",
        "-d",
        json.dumps({"order_id": order_id}),
        "shop.orders.v1.OrderService/WatchOrder",
        authorization=f"Bearer {customer.token}",
    )

    assert json.loads(watched.stdout)["order"]["status"] == "ORDER_STATUS_PAID"
