"""The shop, as a person debugs it with grpcurl."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from dev.running import RunningShop
from tests.system.browser import Browser

GRPCURL = Path(sys.executable).parent / "grpcurl"

pytestmark = pytest.mark.skipif(
    not GRPCURL.exists(), reason="grpcurl has no wheel for this platform; the README says how to get it"
)


def grpcurl(shop: RunningShop, service: str, *arguments: str, **headers: str) -> subprocess.CompletedProcess[str]:
    """Run grpcurl against the gRPC server of `service`: options and data first, then what to list or call."""
    *options, verb = arguments
    sent = [part for name, value in headers.items() for part in ("-H", f"{name.replace('_', '-')}: {value}")]
    target = shop.service(service).target
    verbs = verb.split(" ")
    command = [str(GRPCURL), "-plaintext", *sent, *options, target, *verbs]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)


def test_it_lists_and_describes_what_a_service_answers(shop: RunningShop) -> None:
    listed = grpcurl(shop, "order_service", "list")
    described = grpcurl(shop, "order_service", "describe shop.orders.v1.OrderService.PlaceOrder")

    assert "shop.orders.v1.OrderService" in listed.stdout.splitlines()
    assert "rpc PlaceOrder ( .shop.orders.v1.PlaceOrderRequest ) returns ( .shop.orders.v1.Order )" in described.stdout


def test_it_calls_as_anybody(shop: RunningShop) -> None:
    called = grpcurl(shop, "product_service", "-d", '{"page_size": 1}', "shop.products.v1.ProductService/ListProducts")

    assert len(json.loads(called.stdout)["products"]) == 1


def test_it_calls_as_a_customer(shop: RunningShop, customer: Browser) -> None:
    order: dict[str, Any] = {
        "request_id": str(uuid4()),
        "lines": [{"product_id": customer.a_product()["product_id"], "quantity": 1}],
        "payment_token": "tok_approve",
    }

    called = grpcurl(
        shop,
        "order_service",
        "-d",
        json.dumps(order),
        "shop.orders.v1.OrderService/PlaceOrder",
        authorization=f"Bearer {customer.token}",
    )

    assert json.loads(called.stdout)["status"] == "ORDER_STATUS_PAID"


def test_it_plays_a_service(shop: RunningShop) -> None:
    asked = ("-d", json.dumps({"user_id": str(uuid4())}), "shop.users.v1.UserService/ValidateUser")

    as_order_service = grpcurl(shop, "user_service", *asked, x_service="order_service")
    as_nobody = grpcurl(shop, "user_service", *asked)

    assert "USER_NOT_FOUND" in as_order_service.stderr
    assert "PermissionDenied" in as_nobody.stderr


def test_it_sees_the_health_of_a_service(shop: RunningShop) -> None:
    called = grpcurl(shop, "notification_service", "grpc.health.v1.Health/Check")

    assert json.loads(called.stdout) == {"status": "SERVING"}
