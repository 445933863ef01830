"""Reading and writing the ledger."""

from datetime import timedelta
from uuid import UUID

from django.db.models.functions import Now

from sandbox.models import Kind, LedgerEntry


def entries(payment_id: UUID) -> dict[str, LedgerEntry]:
    """What happened to a payment, by its kind; of refunds, the last."""
    return {entry.kind: entry for entry in LedgerEntry.objects.filter(payment_id=payment_id).order_by("id")}


def write(payment_id: UUID, kind: Kind, **values: object) -> LedgerEntry:
    """Something more happened to a payment."""
    return LedgerEntry.objects.create(payment_id=payment_id, kind=kind, **values)


def happened_within(seconds: float, payment_id: UUID, kind: Kind) -> bool:
    """Whether `kind` happened no longer ago than that, on the database's clock."""
    begun = Now() - timedelta(seconds=seconds)
    return LedgerEntry.objects.filter(payment_id=payment_id, kind=kind, created_at__gt=begun).exists()


def card_of(happened: dict[str, LedgerEntry]) -> str:
    """The card that was authorised, if one was."""
    return happened[Kind.AUTHORIZED].card if Kind.AUTHORIZED in happened else ""
