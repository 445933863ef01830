"""As much of Stripe as the gateway asks for, over HTTP: intents, refunds, idempotency keys, and faults on demand."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import Event, RLock
from typing import Any

from tests.http import Asked, NoReply, Told, answering

Thing = dict[str, Any]

GOOD, DECLINED, POOR = "pm_card_visa", "pm_card_visa_chargeDeclined", "pm_card_visa_chargeDeclinedInsufficientFunds"
UNPROVEN, SLOW, UNKNOWN = "pm_card_authenticationRequired", "pm_processing", "pm_secret_nobody_knows"

LARGEST = 99_999_999  # Eight digits, in most currencies.

CANCELLABLE = ("requires_payment_method", "requires_action", "requires_capture")


class Refused(Exception):  # noqa: N818
    """An answer that is an error of Stripe's."""

    def __init__(self, status: int, kind: str, code: str = "", **more: str) -> None:
        super().__init__(code)
        self.status = status
        self.body = {"error": {"type": kind, "code": code, "message": f"about {more}", **more}}


@dataclass
class Fault:
    """What goes wrong with the next request that matches, instead of its effect or after it."""

    request: str  # A regular expression, for what reads as "POST /v1/refunds".
    status: int | None = None  # None: there is no answer at all.
    body: bytes = b'{"error": {"type": "api_error", "message": "pm_card_visa"}}'
    headers: dict[str, str] = field(default_factory=dict)
    acts: bool = False
    until: Event | None = None  # What the answer waits for.


@dataclass
class FakeStripe:
    """The account. What it was asked, what it has, and what goes wrong next."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    intents: dict[str, Thing] = field(default_factory=dict)
    refunds: dict[str, Thing] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    keys: dict[str, tuple[Asked, Told]] = field(default_factory=dict)
    refund_status: str = "succeeded"
    _numbers: Iterator[int] = field(default_factory=count)
    _lock: RLock = field(default_factory=RLock)

    def paths(self) -> list[str]:
        """What was asked, as in "POST /v1/refunds"."""
        return [f"{asked.verb} {asked.path}" for asked in self.asked]

    def only_intent(self) -> Thing:
        """The one that there is."""
        [intent] = self.intents.values()
        return intent

    def answer(self, asked: Asked) -> Told:
        """Answer as Stripe does, unless a fault comes between."""
        with self._lock:
            self.asked.append(asked)
            fault = next((each for each in self.faults if re.search(each.request, f"{asked.verb} {asked.path}")), None)
            if fault:
                self.faults.remove(fault)
            told = self._once(asked) if fault is None or fault.acts else None
        if fault and fault.until:
            fault.until.wait()
        if fault is None and told:
            return told
        if fault is None or fault.status is None:
            raise NoReply
        return Told(fault.status, fault.body, fault.headers)

    def _once(self, asked: Asked) -> Told:
        """The same answer for the same key; an error of validation is not remembered."""
        before = self.keys.get(asked.key) if asked.verb == "POST" and asked.key else None
        if before:
            same = (before[0].path, before[0].values) == (asked.path, asked.values)
            return before[1] if same else _told(Refused(400, "idempotency_error"))
        told = self._act(asked)
        if asked.verb == "POST" and asked.key and told.status != 400:
            self.keys[asked.key] = (asked, told)
        return told

    def _act(self, asked: Asked) -> Told:
        try:
            for pattern, act in ROUTES:
                if match := re.fullmatch(pattern, f"{asked.verb} {asked.path}"):
                    return Told(200, json.dumps(act(self, asked.values, *match.groups())).encode())
        except Refused as refused:
            return _told(refused)
        return _told(Refused(404, "invalid_request_error", "url"))

    def create(self, values: dict[str, str]) -> Thing:
        amount = int(values["amount"])
        if not 50 <= amount <= LARGEST:
            size = "small" if amount < 50 else "large"
            raise Refused(400, "invalid_request_error", f"amount_too_{size}", param="amount")
        unexpected = set(values) - {
            "amount",
            "currency",
            "capture_method",
            "allowed_payment_method_types[0]",
            "metadata[payment_id]",
        }
        if unexpected or values["capture_method"] != "manual":
            raise Refused(400, "invalid_request_error", "parameter_unknown")
        intent: Thing = {
            "id": f"pi_{next(self._numbers)}",
            "object": "payment_intent",
            "amount": amount,
            "amount_capturable": 0,
            "amount_received": 0,
            "currency": values["currency"],
            "created": int(time.time()),
            "status": "requires_payment_method",
            "metadata": _metadata(values),
            "last_payment_error": None,
        }
        self.intents[intent["id"]] = intent
        return intent

    def retrieve(self, _: dict[str, str], intent_id: str) -> Thing:
        if intent_id not in self.intents:
            raise Refused(404, "invalid_request_error", "resource_missing", param="intent")
        return self.intents[intent_id]

    def confirm(self, values: dict[str, str], intent_id: str) -> Thing:
        intent = self._at(intent_id, "requires_payment_method")
        card = values["payment_method"]
        if card == GOOD:
            intent.update(status="requires_capture", amount_capturable=intent["amount"])
        elif card == UNPROVEN:
            intent["status"] = "requires_action"
        elif card == SLOW:
            intent["status"] = "processing"
        elif card in (DECLINED, POOR):
            decline = "insufficient_funds" if card == POOR else "stolen_card"
            intent["last_payment_error"] = {"code": "card_declined", "decline_code": decline}
            raise Refused(402, "card_error", "card_declined", decline_code=decline)
        else:
            raise Refused(400, "invalid_request_error", "resource_missing", param="payment_method", message=card)
        return intent

    def settle(self) -> None:
        """What is processing gets through."""
        for intent in self.intents.values():
            if intent["status"] == "processing":
                intent.update(status="requires_capture", amount_capturable=intent["amount"])

    def capture(self, _: dict[str, str], intent_id: str) -> Thing:
        intent = self._at(intent_id, "requires_capture")
        intent.update(status="succeeded", amount_capturable=0, amount_received=intent["amount"])
        return intent

    def cancel(self, _: dict[str, str], intent_id: str) -> Thing:
        intent = self._at(intent_id, *CANCELLABLE)
        intent.update(status="canceled", amount_capturable=0)
        return intent

    def search(self, values: dict[str, str]) -> Thing:
        [payment_id] = re.findall(r"metadata\['payment_id'\]:'(.+)'", values["query"])
        found = [each for each in self.intents.values() if each["metadata"].get("payment_id") == payment_id]
        return {"object": "search_result", "data": found[: int(values["limit"])], "has_more": False}

    def refund(self, values: dict[str, str]) -> Thing:
        intent = self._at(values["payment_intent"], "succeeded")
        given = sum(each["amount"] for each in self.refunds.values() if each["payment_intent"] == intent["id"])
        amount = int(values["amount"])
        if given + amount > intent["amount_received"]:
            raise Refused(400, "invalid_request_error", "charge_already_refunded" if given else "amount_too_large")
        refund: Thing = {
            "id": f"re_{next(self._numbers)}",
            "object": "refund",
            "amount": amount,
            "payment_intent": intent["id"],
            "created": int(time.time()),
            "status": self.refund_status,
            "metadata": _metadata(values),
        }
        self.refunds[refund["id"]] = refund
        return refund

    def list_intents(self, values: dict[str, str]) -> Thing:
        return _page("/v1/payment_intents", self.intents, values)

    def list_refunds(self, values: dict[str, str]) -> Thing:
        intent_id = values.get("payment_intent")
        found = {key: each for key, each in self.refunds.items() if intent_id in (None, each["payment_intent"])}
        return _page("/v1/refunds", found, values)

    def _at(self, intent_id: str, *states: str) -> Thing:
        intent = self.retrieve({}, intent_id)
        if intent["status"] not in states:
            raise Refused(400, "invalid_request_error", "payment_intent_unexpected_state")
        return intent


INTENT = r"/v1/payment_intents/(\w+)"
ROUTES: list[tuple[str, Callable[..., Thing]]] = [
    (r"POST /v1/payment_intents", FakeStripe.create),
    (r"GET /v1/payment_intents", FakeStripe.list_intents),
    (r"GET /v1/payment_intents/search", FakeStripe.search),
    (rf"GET {INTENT}", FakeStripe.retrieve),
    (rf"POST {INTENT}/confirm", FakeStripe.confirm),
    (rf"POST {INTENT}/capture", FakeStripe.capture),
    (rf"POST {INTENT}/cancel", FakeStripe.cancel),
    (r"POST /v1/refunds", FakeStripe.refund),
    (r"GET /v1/refunds", FakeStripe.list_refunds),
]


@contextmanager
def fake_stripe() -> Iterator[FakeStripe]:
    """Run one for a while. Nothing of it waits any longer afterwards."""
    account = FakeStripe()
    with answering(account.answer) as account.url:
        yield account


def _told(refused: Refused) -> Told:
    return Told(refused.status, json.dumps(refused.body).encode())


def _metadata(values: dict[str, str]) -> dict[str, str]:
    return {name[9:-1]: value for name, value in values.items() if name.startswith("metadata[")}


def _page(url: str, things: dict[str, Thing], values: dict[str, str]) -> Thing:
    """The newest first, as Stripe lists."""
    since = int(values.get("created[gte]", 0))
    found = [thing for thing in reversed(things.values()) if thing["created"] >= since]
    if after := values.get("starting_after"):
        found = found[[thing["id"] for thing in found].index(after) + 1 :]
    limit = int(values["limit"])
    return {"object": "list", "url": url, "data": found[:limit], "has_more": len(found) > limit}
