"""The payment provider, as `order_service/sandbox/provider.py` has it, with cards that make it harder."""

from collections.abc import Callable
from dataclasses import dataclass

from dev.simulator.database import Database, Transaction
from dev.simulator.failures import NoAnswer, Refusal
from dev.simulator.kernel import Steps

DECLINED = {"decline": "card_declined", "insufficient_funds": "insufficient_funds"}
# Of each request the first answer is lost, or it is acted on long after its caller gave up; there is no answer for some
# seconds; what was set aside is let go of before it is taken; what was taken is not paid back.
TRICKY = ("lost_answer", "slow", "down", "lapses", "disputed")
CARDS = ("approve", *DECLINED, *TRICKY)
SLOW, DOWN, LAPSE = 2.5, 3.0, 0.06  # Seconds.


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

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ledger: dict[tuple[int, int], PaymentEntry] = {}
        self.cards: dict[str, str] = {}
        self._asked: dict[tuple[str, str], float] = {}  # When the first such request came.

    def authorize_payment(self, asked: tuple[str, str, int]) -> Steps[None]:
        """Set money aside. Refusal: card_declined, insufficient_funds, voided."""
        payment_id, card, amount_minor = asked
        self.cards.setdefault(payment_id, card)
        yield from self.act("authorize", payment_id, lambda tx: self.authorize(tx, payment_id, amount_minor))

    def capture_payment(self, asked: tuple[str]) -> Steps[None]:
        """Take what was set aside. Refusal: not_authorized, voided."""
        (payment_id,) = asked
        yield from self.act("capture", payment_id, lambda tx: self.capture(tx, payment_id))

    def void_payment(self, asked: tuple[str]) -> Steps[None]:
        """Let go of what was set aside, and of what a late request would set aside. Refusal: already_captured."""
        (payment_id,) = asked
        yield from self.act("void", payment_id, lambda tx: self.void(tx, payment_id))

    def refund_payment(self, asked: tuple[str, str, int]) -> Steps[None]:
        """Pay captured money back. Refusal: not_captured, more_than_captured, disputed."""
        payment_id, refund_id, amount_minor = asked
        yield from self.act("refund", payment_id, lambda tx: self.refund(tx, payment_id, refund_id, amount_minor))

    def act(self, what: str, payment_id: str, change: Callable[[Transaction], str]) -> Steps[None]:
        """Do what was asked, unless the card makes trouble. `change` returns why not, if not."""
        card = "" if self.database.kernel.faults.healed else self.cards.get(payment_id, "")
        now = self.database.now
        first = (what, payment_id) not in self._asked
        since = self._asked.setdefault((what, payment_id), now)
        if card == "down" and now < since + DOWN:
            self.database.kernel.faults.seen["provider down"] += 1
            raise NoAnswer("the provider is down")
        if card == "slow" and first:
            self.database.kernel.faults.seen["provider slow"] += 1
            yield SLOW
        reason = yield from self.database.commit(change, f"provider.{what}")
        if card == "lost_answer" and first:
            self.database.kernel.faults.seen["provider's answer lost"] += 1
            raise NoAnswer("the provider's answer is lost")
        if reason:
            raise Refusal(reason)

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
        if self.cards[payment_id] == "lapses" and happened["authorized"].at + LAPSE < self.database.now:
            self.write(tx, payment_id, "lapsed", 0)
            return "voided"
        self.write(tx, payment_id, "captured", happened["authorized"].amount_minor)
        return ""

    def void(self, tx: Transaction, payment_id: str) -> str:
        """Let go, once."""
        happened = self.happened(payment_id)
        if "captured" in happened:
            return "already_captured"
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
        captured = self.happened(payment_id).get("captured")
        if captured is None:
            return "not_captured"
        if self.cards[payment_id] == "disputed":
            return "disputed"
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
        entry = PaymentEntry(payment_id, kind, amount_minor, refund_id, self.database.now, reason)
        tx.put(self.ledger, tx.new_id(), entry)
