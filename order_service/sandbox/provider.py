"""The provider's interface, as a real one has it over HTTP: authorise, capture, void, refund, each by payment id.

Repeating a request gives the first answer again. The cards are scripted: a token decides what happens.
"""

from uuid import UUID

from django.db import transaction

from sandbox.models import Kind, LedgerEntry
from sandbox.router import DATABASE

DECLINE_REASONS = {
    "tok_decline": "card_declined",
    "tok_insufficient_funds": "insufficient_funds",
}
APPROVED = "tok_approve"


class Declined(Exception):  # noqa: N818  A no of the provider's, not an error.
    """The payment is refused; `reason` says why, in the provider's words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def authorize(*, payment_id: UUID, token: str, amount_minor: int, currency: str) -> None:
    """Set money aside. Raises Declined: card_declined, insufficient_funds, unknown_token, voided."""
    with transaction.atomic(using=DATABASE):
        happened = _entries(payment_id)
        if Kind.VOIDED in happened:
            raise Declined("voided")
        if not happened:
            happened = {entry.kind: entry for entry in [_decide(payment_id, token, amount_minor, currency)]}
    if Kind.DECLINED in happened:
        raise Declined(happened[Kind.DECLINED].reason)


def capture(*, payment_id: UUID) -> None:
    """Take all the money that was set aside. Raises Declined: not_authorized, voided."""
    with transaction.atomic(using=DATABASE):
        happened = _entries(payment_id)
        if Kind.VOIDED in happened:
            raise Declined("voided")
        if Kind.AUTHORIZED not in happened:
            raise Declined("not_authorized")
        if Kind.CAPTURED not in happened:
            set_aside = happened[Kind.AUTHORIZED]
            _write(payment_id, Kind.CAPTURED, amount_minor=set_aside.amount_minor, currency=set_aside.currency)


def void(*, payment_id: UUID) -> None:
    """Let go of money that was set aside, and of any that a late request would set aside.

    Raises Declined (already_captured).
    """
    with transaction.atomic(using=DATABASE):
        happened = _entries(payment_id)
        if Kind.CAPTURED in happened:
            raise Declined("already_captured")
        if Kind.VOIDED not in happened:
            _write(payment_id, Kind.VOIDED)


def refund(*, payment_id: UUID, refund_id: UUID, amount_minor: int) -> None:
    """Pay captured money back, whole or in part. Raises Declined: not_captured, more_than_captured."""
    with transaction.atomic(using=DATABASE):
        if LedgerEntry.objects.filter(refund_id=refund_id).exists():
            return
        captured = _entries(payment_id).get(Kind.CAPTURED)
        if captured is None:
            raise Declined("not_captured")
        refunds = LedgerEntry.objects.filter(payment_id=payment_id, kind=Kind.REFUNDED)
        if sum(entry.amount_minor for entry in refunds) + amount_minor > captured.amount_minor:
            raise Declined("more_than_captured")
        refunds.create(
            payment_id=payment_id,
            refund_id=refund_id,
            kind=Kind.REFUNDED,
            amount_minor=amount_minor,
            currency=captured.currency,
        )


def _decide(payment_id: UUID, token: str, amount_minor: int, currency: str) -> LedgerEntry:
    if token == APPROVED:
        return _write(payment_id, Kind.AUTHORIZED, amount_minor=amount_minor, currency=currency)
    reason = DECLINE_REASONS.get(token, "unknown_token")
    return _write(payment_id, Kind.DECLINED, amount_minor=amount_minor, currency=currency, reason=reason)


def _entries(payment_id: UUID) -> dict[str, LedgerEntry]:
    return {entry.kind: entry for entry in LedgerEntry.objects.filter(payment_id=payment_id)}


def _write(payment_id: UUID, kind: Kind, *, amount_minor: int = 0, currency: str = "", reason: str = "") -> LedgerEntry:
    return LedgerEntry.objects.create(
        payment_id=payment_id, kind=kind, amount_minor=amount_minor, currency=currency, reason=reason
    )
