"""Whoever calls the shop, and keeps what they were told."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from dev.audit.history import Outcome, Told
from dev.running import RunningShop
from tests.system.browser import Browser, Reply
from tests.system.callers import DEMO_PASSWORD

TOO_MANY = 429  # Says that the shop is busy, and nothing of the order.


@dataclass
class Client:
    """A user who remembers."""

    browser: Browser
    user_id: str
    told: list[Told] = field(default_factory=list)

    def place(self, lines: dict[str, int], card: str = "tok_approve", key: str = "") -> str:
        """Order so many of each product. Returns the order's id; empty if the answer has none."""
        key = key or str(uuid4())
        asked = [{"product_id": product_id, "quantity": quantity} for product_id, quantity in lines.items()]
        reply = self.browser.place_order(key, lines=asked, payment_token=card)
        return self._remember("place", reply, request_id=key, values_fingerprint=json.dumps([asked, card]))

    def cancel(self, order_id: str) -> None:
        """Call an order off."""
        reply = self.browser.send("POST", "order_service", f"/v1/orders/{order_id}:cancel", {})
        self._remember("cancel", reply, order_id=order_id)

    def refund(self, order_id: str, cents: int = 0) -> None:
        """Pay so much of an order back; 0 for all that is left."""
        key, wish = str(uuid4()), {"amount": {"currency_code": "EUR", "minor_units": str(cents)}} if cents else {}
        path = f"/v1/orders/{order_id}:refund"
        reply = self.browser.send("POST", "order_service", path, wish, Idempotency_Key=key)
        self._remember("refund", reply, order_id=order_id, request_id=key, values_fingerprint=str(cents))

    def sees(self, order_id: str) -> str:
        """Where an order stands, as in "paid"."""
        return _status(self.browser.order(order_id))

    def wishes(self, kind: str, *channels: str) -> None:
        """Say by which channels to be told of one kind of thing."""
        wish = {"kind": f"NOTIFICATION_KIND_{kind}", "channels": [f"CHANNEL_{channel}" for channel in channels]}
        changed = self.browser.send("PATCH", "notification_service", "/v1/preferences", {"preferences": [wish]})
        assert changed.status == 200, changed

    def _remember(self, call: str, reply: Reply, **asked: str) -> str:
        answer: dict[str, Any] = {"order_id": _order_id(reply), "reason": reply.body.get("reason", "")}
        if reply.status == 200:
            answer["status"] = _status(reply.body)
        self.told.append(Told(call=call, caller=self.user_id, outcome=_outcome(reply), **{**answer, **asked}))
        return str(answer["order_id"])


def customer(shop: RunningShop, phone: str = "") -> Client:
    """Somebody new."""
    browser = Browser(shop)
    client = Client(browser, browser.sign_up()["user_id"])
    if phone:
        changed = browser.send("PATCH", "user_service", f"/v1/users/{client.user_id}", {"phone": phone})
        assert changed.status == 200, changed
    return client


def seller(shop: RunningShop) -> Client:
    """Somebody of the staff."""
    browser = Browser(shop, email="staff@example.com")
    return Client(browser, browser.sign_in(DEMO_PASSWORD)["user_id"])


def _status(order: dict[str, Any]) -> str:
    return str(order["status"]).removeprefix("ORDER_STATUS_").lower()


def _order_id(reply: Reply) -> str:
    return str(reply.body.get("order_id") or reply.body.get("metadata", {}).get("order_id", ""))


def _outcome(reply: Reply) -> Outcome:
    if reply.status == 200:
        return Outcome.OK
    return Outcome.REFUSED if 400 <= reply.status < 500 and reply.status != TOO_MANY else Outcome.UNKNOWN
