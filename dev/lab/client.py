"""A client that writes down what it was told, and asks again when it was told nothing definite."""

import itertools
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPException
from typing import Literal
from uuid import uuid4

import grpc
from google.protobuf.json_format import ParseDict

from chassis.status import error_info
from dev.accounts import Person
from dev.audit.history import Outcome, Told
from dev.rest import Problem, Rest
from dev.running import RunningShop
from shop.common.v1.money_pb2 import Money
from shop.orders.v1 import orders_pb2, orders_pb2_grpc

TIMEOUT = 10.0
CHANNELS = 16
# Seconds between the tries of a client that insists, at most: it waits for some part of them, lest all come at once.
PAUSES = (0.2, 0.5, 1.0, 2.0, *(4.0,) * 30)
# Definite: the shop says so, with a reason of its own. All else may have had its effect, or may have it yet.
DEFINITE = {"INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "FAILED_PRECONDITION"}
DEFINITE_HTTP = {400, 403, 404, 409}

Door = Literal["grpc", "rest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to buy. The same wish, sent again, is the same order."""

    customer: Person
    lines: tuple[tuple[str, int], ...]  # Products and quantities.
    card: str = "tok_approve"
    door: Door = "grpc"
    request_id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def fingerprint(self) -> str:
        """The same for wishes that ask for the same."""
        return sha256(repr((sorted(self.lines), self.card)).encode()).hexdigest()[:16]


class Client:
    """Calls order_service by both of its doors. `history` is what it was told, each call once."""

    def __init__(self, shop: RunningShop) -> None:
        self.history: list[Told] = []
        self._service = shop.service("order_service")
        # Several: a channel takes no more than a hundred calls at once.
        self._stubs = [orders_pb2_grpc.OrderServiceStub(_channel(self._service.target)) for _ in range(CHANNELS)]
        self._next = itertools.count()
        self._local = threading.local()

    def place(self, wish: Wish, timeout: float = TIMEOUT) -> Told:
        """Order, once."""

        def call() -> orders_pb2.Order:
            return self._place_by_rest(wish) if wish.door == "rest" else self._place_by_grpc(wish, timeout)

        values = {"request_id": wish.request_id, "values_fingerprint": wish.fingerprint}
        return self._kept("place", wish.customer, call, **values)

    def insist(self, wish: Wish, pauses: tuple[float, ...] = PAUSES) -> Told:
        """Order, and ask again while the answer says nothing definite."""
        return self._again(lambda: self.place(wish), pauses)

    def cancel(self, customer: Person, order_id: str) -> Told:
        """Call an order off, once."""

        def call() -> orders_pb2.Order:
            request = orders_pb2.CancelOrderRequest(order_id=order_id)
            return self._stub().CancelOrder(request, metadata=customer.metadata, timeout=TIMEOUT)

        return self._kept("cancel", customer, call, order_id=order_id)

    def refund(self, staff: Person, order_id: str, minor_units: int | None, pauses: tuple[float, ...] = PAUSES) -> Told:
        """Pay so much of an order back, or None for the remainder, and ask again while nothing definite is answered."""
        amount = None if minor_units is None else Money(currency_code="EUR", minor_units=minor_units)
        request = orders_pb2.RefundOrderRequest(
            request_id=str(uuid4()), order_id=order_id, amount=amount, remainder=amount is None
        )

        def call() -> orders_pb2.Order:
            return self._stub().RefundOrder(request, metadata=staff.metadata, timeout=TIMEOUT)

        values = {"request_id": request.request_id, "values_fingerprint": str(minor_units)}
        return self._again(lambda: self._kept("refund", staff, call, order_id=order_id, **values), pauses)

    def look(self, caller: Person, order_id: str) -> Told:
        """How an order stands. Kept out of the history: it promises nothing."""
        request = orders_pb2.GetOrderRequest(order_id=order_id)
        order = self._stub().GetOrder(request, metadata=caller.metadata, timeout=TIMEOUT)
        return Told(call="get", caller=caller.user_id, outcome=Outcome.OK, order_id=order_id, status=_status(order))

    def newest(self, customer: Person) -> str:
        """The id of the customer's newest order; empty if there is none."""
        request = orders_pb2.ListOrdersRequest(page_size=1)
        listed = self._stub().ListOrders(request, metadata=customer.metadata, timeout=TIMEOUT)
        return listed.orders[0].order_id if listed.orders else ""

    def _again(self, call: Callable[[], Told], pauses: tuple[float, ...]) -> Told:
        told = call()
        for pause in pauses:
            if told.outcome is not Outcome.UNKNOWN:
                break
            time.sleep(random.uniform(pause / 2, pause))  # noqa: S311  No secret.
            told = call()
        return told

    def _kept(self, name: str, caller: Person, call: Callable[[], orders_pb2.Order], **values: str) -> Told:
        known = {"call": name, "caller": caller.user_id, **values}
        try:
            order = call()
        except grpc.RpcError as error:
            told = _refused(known, error.code().name in DEFINITE, error_info(error).reason, error_info(error).metadata)
        except Problem as problem:
            told = _refused(known, problem.status in DEFINITE_HTTP, problem.reason, problem.metadata)
        except (OSError, HTTPException):
            told = Told(**known, outcome=Outcome.UNKNOWN)
        else:
            told = Told(**{**known, "order_id": order.order_id}, outcome=Outcome.OK, status=_status(order))
        self.history.append(told)
        return told

    def _place_by_grpc(self, wish: Wish, timeout: float) -> orders_pb2.Order:
        request = orders_pb2.PlaceOrderRequest(request_id=wish.request_id, payment_token=wish.card)
        for product_id, quantity in wish.lines:
            request.lines.add(product_id=product_id, quantity=quantity)
        return self._stub().PlaceOrder(request, metadata=wish.customer.metadata, timeout=timeout)

    def _place_by_rest(self, wish: Wish) -> orders_pb2.Order:
        rest = Rest(self._service.url, lambda _request: None)
        rest.token = wish.customer.token
        lines = [{"product_id": product_id, "quantity": quantity} for product_id, quantity in wish.lines]
        order = rest.post("/v1/orders", {"lines": lines, "payment_token": wish.card}, key=wish.request_id)
        return ParseDict(order, orders_pb2.Order(), ignore_unknown_fields=True)

    def _stub(self) -> orders_pb2_grpc.OrderServiceStub:
        if not hasattr(self._local, "stub"):
            self._local.stub = self._stubs[next(self._next) % CHANNELS]
        stub: orders_pb2_grpc.OrderServiceStub = self._local.stub
        return stub


def _status(order: orders_pb2.Order) -> str:
    return orders_pb2.OrderStatus.Name(order.status).removeprefix("ORDER_STATUS_").lower()


def _channel(target: str) -> grpc.Channel:
    # What is asked again, and when, is for the client to say, which counts it.
    options = [
        ("grpc.enable_retries", 0),
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.max_reconnect_backoff_ms", 500),
    ]
    return grpc.insecure_channel(target, options=options)


def _refused(known: dict[str, str], definite: bool, reason: str, metadata: Mapping[str, str]) -> Told:
    outcome = Outcome.REFUSED if definite else Outcome.UNKNOWN
    order_id = metadata.get("order_id", known.get("order_id", ""))
    return Told(**{**known, "order_id": order_id}, outcome=outcome, reason=reason)
