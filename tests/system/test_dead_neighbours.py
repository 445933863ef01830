"""What a customer meets while a service is dead, and what becomes of it afterwards."""

import signal
import time
from typing import Any

import pytest

from dev.ready import until
from dev.running import RunningShop
from tests.system.browser import Browser


def paid(customer: Browser, order_id: str) -> dict[str, Any] | None:
    """The order, once it is paid."""
    order = customer.order(order_id)
    return order if order["status"] == "ORDER_STATUS_PAID" else None


def test_without_user_service_nothing_is_stored_and_the_caller_is_told_when_to_come_back(
    shop: RunningShop, customer: Browser
) -> None:
    product = customer.a_product()["product_id"]
    # The signing keys are known from here on: tokens are verified without user_service.
    assert customer.get("order_service", "/v1/orders").status == 200
    with shop.without("user-rpc"):
        refused = customer.place_order(lines=[{"product_id": product, "quantity": 1}])

        assert refused.status == 503
        assert refused.body["reason"] == "NEIGHBOUR_UNAVAILABLE"
        assert int(refused.headers["Retry-After"]) >= 1
        assert customer.get("order_service", "/v1/orders").body["orders"] == []

    assert customer.place_order().body["status"] == "ORDER_STATUS_PAID"


def test_without_product_service_the_order_waits_and_is_finished_later(shop: RunningShop, customer: Browser) -> None:
    product = customer.a_product()["product_id"]
    with shop.without("product-rpc"):
        started = time.monotonic()
        placed = customer.place_order(lines=[{"product_id": product, "quantity": 1}])

        assert time.monotonic() - started < 10
        assert (placed.status, placed.body["status"]) == (200, "ORDER_STATUS_PENDING")

    until(lambda: paid(customer, placed.body["order_id"]), "the order is not paid")
    until(customer.told, "no mail was sent")


def test_without_notification_service_the_order_is_paid_and_the_mail_comes_later(
    shop: RunningShop, customer: Browser
) -> None:
    with shop.without("notification-rpc"):
        assert customer.place_order().body["status"] == "ORDER_STATUS_PAID"

    assert len(until(customer.told, "no mail was sent")) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("name", ["order-rpc", "order-edge"])
def test_a_process_that_is_told_to_stop_ends_cleanly(shop: RunningShop, name: str, number: signal.Signals) -> None:
    assert shop.end(name, number) == 0
    shop.restart(name)

    assert "Traceback" not in shop.log(name).read_text()
