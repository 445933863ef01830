"""The sandbox provider as a gateway."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from chassis.errors import Refusal
from chassis.failpoints import reply_passes
from orders.books import BookedPayment
from orders.errors import CaptureRefused, InsufficientFunds, PaymentDeclined, RefundRefused
from orders.values import Authorization, Money, Payment
from sandbox import provider
from sandbox.models import Kind, LedgerEntry


class SandboxGateway:
    """Speaks to the sandbox provider, and turns its words into the shop's."""

    def authorize(self, payment: Payment, token: str) -> Authorization:
        if payment.is_free:
            return Authorization("")
        with _provider_errors(PaymentDeclined, insufficient_funds=InsufficientFunds):
            provider.authorize(
                payment_id=payment.id,
                token=token,
                amount_minor=payment.amount.minor,
                currency=payment.amount.currency,
            )
        return Authorization(str(payment.id))

    def capture(self, payment: Payment) -> None:
        if payment.is_free:
            return
        with _provider_errors(CaptureRefused):
            provider.capture(payment_id=payment.id)

    def void(self, payment: Payment) -> None:
        if payment.is_free:
            return
        provider.void(payment_id=payment.id)
        reply_passes()

    def refund(self, payment: Payment, refund_id: UUID, amount: Money) -> None:
        with _provider_errors(RefundRefused):
            provider.refund(payment_id=payment.id, refund_id=refund_id, amount_minor=amount.minor)

    def payments_since(self, since: datetime) -> Iterator[BookedPayment]:
        """What the ledger says of every payment with an entry at `since` or later."""
        recent = LedgerEntry.objects.filter(created_at__gte=since).values("payment_id")
        ledger = LedgerEntry.objects.filter(payment_id__in=recent).order_by("payment_id", "id")
        for payment_id, entries in groupby(ledger.iterator(), attrgetter("payment_id")):
            yield _booked(payment_id, list(entries))


@contextmanager
def _provider_errors(usual: type[Refusal], **by_reason: type[Refusal]) -> Iterator[None]:
    """Turn a no of the provider's into the refusal that its reason stands for, else into the `usual` one."""
    try:
        yield
    except provider.Declined as declined:
        reply_passes()
        refusal = by_reason.get(declined.reason, usual)
        raise refusal(metadata={"provider_reason": declined.reason}) from declined
    reply_passes()


def _booked(payment_id: UUID, entries: list[LedgerEntry]) -> BookedPayment:
    authorized, captured = _sum(entries, Kind.AUTHORIZED), _sum(entries, Kind.CAPTURED)
    ended = any(entry.kind in (Kind.CAPTURED, Kind.VOIDED) for entry in entries)
    return BookedPayment(
        payment_id=payment_id,
        reference=str(payment_id),
        booked_at=entries[0].created_at,
        currency=next((entry.currency for entry in entries if entry.currency), ""),
        set_aside_minor=0 if ended else authorized,
        captured_minor=captured,
        refunds={str(entry.refund_id): entry.amount_minor for entry in entries if entry.kind == Kind.REFUNDED},
    )


def _sum(entries: Iterable[LedgerEntry], kind: Kind) -> int:
    return sum(entry.amount_minor for entry in entries if entry.kind == kind)
