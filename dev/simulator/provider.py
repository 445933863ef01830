"""The payment provider, as `order_service/sandbox/provider.py` has it, with cards that make it harder."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from dev.simulator.database import Database, Transaction
from dev.simulator.failures import Failure, NoAnswer, Refusal
from dev.simulator.kernel import Call, Process, Steps

DECLINED = {"decline": "card_declined", "insufficient_funds": "insufficient_funds"}
# As the sandbox's are, and two more: "slow" acts on each first request long after its caller gave up, and "lapses"
# lets go of what was set aside too soon.
TRICKY = ("timeout", "answer_twice", "settle_late", "fail_for_a_minute", "refuse_refund", "slow", "lapses")
CARDS = ("approve", *DECLINED, *TRICKY)
TIMEOUT = 1.0  # Seconds.
SLOW, OUTAGE, SETTLE_AFTER, LAPSE = 2.5, 4.0, 1.5, 0.06  # Seconds.


@dataclass(frozen=True, slots=True)
class PaymentEntry:
    """Something that happened to a payment."""

    payment_id: str
    kind: str
    amount_minor: int
    refund_id: str | None
    at: float
    reason: str = ""


class Provider:
    """Authorise, capture, void, refund, each by payment id: repeating a request gives the first answer again."""

    def __init__(self, database: Database, process: Process) -> None:
        self.database = database
        self.process = process
        self.ledger: dict[tuple[int, int], PaymentEntry] = {}
        self.cards: dict[str, str] = {}
        self._asked: dict[str, float] = {}  # When the first request about a payment came.
        self._slow: set[tuple[str, str]] = set()  # Which requests have been slow.

    def authorize_payment(self, asked: tuple[str, str, int]) -> Steps[None]:
        """Set money aside. Refusal: card_declined, insufficient_funds, voided."""
        payment_id, card, amount_minor = asked
        self.cards.setdefault(payment_id, card)
        points = ("provider.authorizing", "provider.authorized")
        yield from self.act(payment_id, points, lambda tx: self.authorize(tx, payment_id, amount_minor))

    def capture_payment(self, asked: tuple[str]) -> Steps[None]:
        """Take what was set aside. Refusal: not_authorized, voided."""
        (payment_id,) = asked
        points = ("provider.capturing", "provider.captured")
        yield from self.act(payment_id, points, lambda tx: self.capture(tx, payment_id))
        if "captured" not in self.happened(payment_id):
            self.database.kernel.faults.seen["capture pending"] += 1
            raise NoAnswer("the capture is pending")

    def void_payment(self, asked: tuple[str]) -> Steps[None]:
        """Let go of what was set aside, and of what a late request would set aside. Refusal: already_captured."""
        (payment_id,) = asked
        yield from self.act(payment_id, ("provider.voiding", "provider.voided"), lambda tx: self.void(tx, payment_id))

    def refund_payment(self, asked: tuple[str, str, int]) -> Steps[None]:
        """Pay captured money back. Refusal: card_closed, not_captured, more_than_captured."""
        payment_id, refund_id, amount_minor = asked
        points = ("provider.refunding", "provider.refunded")
        yield from self.act(payment_id, points, lambda tx: self.refund(tx, payment_id, refund_id, amount_minor))

    def act(self, payment_id: str, points: tuple[str, str], change: Callable[[Transaction], str]) -> Steps[None]:
        """Do what was asked, unless the card makes trouble. `change` returns why not, if not."""
        faults, now = self.database.kernel.faults, self.database.now
        card = "" if faults.healed else self.cards.get(payment_id, "")
        if card == "fail_for_a_minute" and now < self._asked.setdefault(payment_id, now) + OUTAGE:
            faults.seen["provider out of order"] += 1
            raise NoAnswer("the provider is out of order")
        if card == "slow" and (points[0], payment_id) not in self._slow:
            faults.seen["provider slow"] += 1
            self._slow.add((points[0], payment_id))
            yield SLOW
        reason, news = yield from self.database.commit(lambda tx: (change(tx), not tx.is_empty), points[0])
        yield points[1]
        for _ in range(2 if card == "answer_twice" else 1):
            if news:
                self.database.kernel.spawn(self.process, self.tell(payment_id))
        if news and card == "timeout":
            faults.seen["provider's answer lost"] += 1
            raise NoAnswer("the request timed out")
        if reason:
            raise Refusal(reason)

    def tell(self, payment_id: str) -> Steps[None]:
        """Tell of news, once: whoever does not hear it has to ask."""
        with suppress(Failure):
            yield Call("order_service", "payment_changed", payment_id, TIMEOUT)

    def authorize(self, tx: Transaction, payment_id: str, amount_minor: int) -> str:
        """Decide, once."""
        happened = self.happened(payment_id)
        if "voided" in happened:
            return "voided"
        if "declined" in happened:
            return happened["declined"].reason
        if happened:
            return ""
        reason = DECLINED.get(self.cards[payment_id], "")
        self.write(tx, payment_id, "declined" if reason else "authorized", amount_minor, reason=reason)
        return reason

    def capture(self, tx: Transaction, payment_id: str) -> str:
        """Take all of it, once."""
        happened = self.happened(payment_id)
        if happened.keys() & {"voided", "lapsed"}:
            return "voided"
        if "authorized" not in happened:
            return "not_authorized"
        if "captured" in happened:
            return ""
        authorized, now = happened["authorized"], self.database.now
        kind = "captured"
        if self.cards[payment_id] == "lapses" and authorized.at + LAPSE < now:
            kind = "lapsed"
        if self.cards[payment_id] == "settle_late" and "pending" not in happened:
            kind = "pending"
        if "pending" not in happened or happened["pending"].at + SETTLE_AFTER < now:
            self.write(tx, payment_id, kind, authorized.amount_minor)
        return "voided" if kind == "lapsed" else ""

    def void(self, tx: Transaction, payment_id: str) -> str:
        """Let go, once."""
        happened = self.happened(payment_id)
        if "captured" in happened:
            return "already_captured"
        if "pending" in happened:
            return "capture_pending"
        if "voided" not in happened:
            self.write(tx, payment_id, "voided", 0)
        return ""

    def refund(self, tx: Transaction, payment_id: str, refund_id: str, amount_minor: int) -> str:
        """Pay back, once for each key."""
        refunds = [
            entry for entry in self.ledger.values() if (entry.payment_id, entry.kind) == (payment_id, "refunded")
        ]
        if refund_id in [entry.refund_id for entry in refunds]:
            return ""
        if self.cards[payment_id] == "refuse_refund":
            return "card_closed"
        captured = self.happened(payment_id).get("captured")
        if captured is None:
            return "not_captured"
        if sum(entry.amount_minor for entry in refunds) + amount_minor > captured.amount_minor:
            return "more_than_captured"
        self.write(tx, payment_id, "refunded", amount_minor, refund_id)
        return ""

    def happened(self, payment_id: str) -> dict[str, PaymentEntry]:
        """What happened to a payment, by kind."""
        return {entry.kind: entry for entry in self.ledger.values() if entry.payment_id == payment_id}

    def write(
        self,
        tx: Transaction,
        payment_id: str,
        kind: str,
        amount_minor: int,
        refund_id: str | None = None,
        reason: str = "",
    ) -> None:
        """Add to the ledger."""
        self.database.kernel.tell("the provider: %s is %s", payment_id, kind)
        entry = PaymentEntry(payment_id, kind, amount_minor, refund_id, self.database.now, reason)
        tx.put(self.ledger, tx.new_id(), entry)
