"""The provider's interface, as a real one has it over HTTP: authorise, capture, void, refund, each by payment id.

Repeating a request gives the first answer again. The cards are scripted (`cards.py`): a token decides what happens.
Any request may end in NoAnswer, and be repeated.
"""

from uuid import UUID

from django.conf import settings
from django.db import transaction

from chassis.failpoints import failpoint
from sandbox import cards
from sandbox.ledger import card_of, entries, happened_within, write
from sandbox.models import Kind, LedgerEntry
from sandbox.notifications import tell
from sandbox.router import DATABASE


class Declined(Exception):  # noqa: N818  A no of the provider's, not an error.
    """The payment is refused; `reason` says why, in the provider's words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoAnswer(Exception):  # noqa: N818
    """The provider may have acted, or may yet."""


def authorize(*, payment_id: UUID, token: str, amount_minor: int, currency: str) -> None:
    """Set money aside. Raises Declined: card_declined, insufficient_funds, unknown_token, voided."""
    _require_service(payment_id, token)
    written = None
    with transaction.atomic(using=DATABASE):
        happened = entries(payment_id)
        if Kind.VOIDED in happened:
            raise Declined("voided")
        decided = happened.get(Kind.AUTHORIZED) or happened.get(Kind.DECLINED)
        if decided is None:
            decided = written = _decide(payment_id, token, amount_minor, currency)
        failpoint("provider.authorizing")
    failpoint("provider.authorized")
    _answer(written, decided.card)
    if decided.kind == Kind.DECLINED:
        raise Declined(decided.reason)


def capture(*, payment_id: UUID) -> None:
    """Take all the money that was set aside. Raises Declined: not_authorized, voided."""
    _require_service(payment_id)
    with transaction.atomic(using=DATABASE):
        happened = entries(payment_id)
        if Kind.VOIDED in happened:
            raise Declined("voided")
        if Kind.AUTHORIZED not in happened:
            raise Declined("not_authorized")
        authorized = happened[Kind.AUTHORIZED]
        captured = happened.get(Kind.CAPTURED)
        written = None if captured else _take(authorized, happened.get(Kind.PENDING))
        failpoint("provider.capturing")
    failpoint("provider.captured")
    _answer(written, authorized.card)
    if captured is None and (written is None or written.kind == Kind.PENDING):
        raise NoAnswer("the capture is pending")


def void(*, payment_id: UUID) -> None:
    """Let go of money that was set aside, and of any that a late request would set aside.

    Raises Declined: already_captured, capture_pending.
    """
    _require_service(payment_id)
    written = None
    with transaction.atomic(using=DATABASE):
        happened = entries(payment_id)
        if Kind.CAPTURED in happened:
            raise Declined("already_captured")
        if Kind.PENDING in happened:
            raise Declined("capture_pending")
        if Kind.VOIDED not in happened:
            written = write(payment_id, Kind.VOIDED)
        failpoint("provider.voiding")
    failpoint("provider.voided")
    _answer(written, card_of(happened))


def refund(*, payment_id: UUID, refund_id: UUID, amount_minor: int) -> None:
    """Pay captured money back, whole or in part. Raises Declined: not_captured, more_than_captured, card_closed."""
    _require_service(payment_id)
    written = None
    with transaction.atomic(using=DATABASE):
        happened = entries(payment_id)
        if not LedgerEntry.objects.filter(refund_id=refund_id).exists():
            if card_of(happened) == cards.REFUSE_REFUND:
                raise Declined("card_closed")
            written = _pay_back(payment_id, refund_id, amount_minor, happened.get(Kind.CAPTURED))
        failpoint("provider.refunding")
    failpoint("provider.refunded")
    _answer(written, card_of(happened))


def _require_service(payment_id: UUID, token: str = "") -> None:
    """Raise NoAnswer while the provider is silent for this payment. It falls silent when it first sees the token."""
    if token == cards.FAIL_FOR_A_MINUTE:
        with transaction.atomic(using=DATABASE):
            if not entries(payment_id):
                write(payment_id, Kind.OUTAGE)
    if happened_within(settings.SANDBOX_OUTAGE, payment_id, Kind.OUTAGE):
        raise NoAnswer("the provider is out of order")


def _decide(payment_id: UUID, token: str, amount_minor: int, currency: str) -> LedgerEntry:
    if token in cards.GOOD:
        return write(payment_id, Kind.AUTHORIZED, amount_minor=amount_minor, currency=currency, card=token)
    reason = cards.DECLINE_REASONS.get(token, "unknown_token")
    return write(payment_id, Kind.DECLINED, amount_minor=amount_minor, currency=currency, reason=reason)


def _take(authorized: LedgerEntry, pending: LedgerEntry | None) -> LedgerEntry | None:
    """What a capture writes: the capture, or first that it is pending; None while that has to settle."""
    payment_id = authorized.payment_id
    if authorized.card == cards.SETTLE_LATE and pending is None:
        return write(payment_id, Kind.PENDING, amount_minor=authorized.amount_minor, currency=authorized.currency)
    if pending and happened_within(settings.SANDBOX_SETTLE_AFTER, payment_id, Kind.PENDING):
        return None
    return write(payment_id, Kind.CAPTURED, amount_minor=authorized.amount_minor, currency=authorized.currency)


def _pay_back(payment_id: UUID, refund_id: UUID, amount_minor: int, captured: LedgerEntry | None) -> LedgerEntry:
    if captured is None:
        raise Declined("not_captured")
    refunds = LedgerEntry.objects.filter(payment_id=payment_id, kind=Kind.REFUNDED)
    if sum(entry.amount_minor for entry in refunds) + amount_minor > captured.amount_minor:
        raise Declined("more_than_captured")
    return write(payment_id, Kind.REFUNDED, refund_id=refund_id, amount_minor=amount_minor, currency=captured.currency)


def _answer(written: LedgerEntry | None, card: str) -> None:
    """Tell of what was written, and raise NoAnswer if the card's script loses the answer."""
    if written is None:
        return
    tell(written, card)
    if not cards.answers(card, Kind(written.kind)):
        raise NoAnswer("the request timed out")
