"""The provider's ledger: append-only, one entry for each thing that happened to a payment."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Kind(models.TextChoices):
    """What can happen to a payment."""

    AUTHORIZED = "authorized"
    DECLINED = "declined"
    PENDING = "pending"  # A capture was asked for, and settles later.
    CAPTURED = "captured"
    VOIDED = "voided"
    REFUNDED = "refunded"
    OUTAGE = "outage"  # The provider fell silent for this payment, for a while.


class LedgerEntry(models.Model):
    """Something that happened to a payment. It happens once: the payment's id is the idempotency key.

    Refunds may be several, each with a key of its own.
    """

    payment_id = models.UUIDField(db_index=True)
    refund_id = models.UUIDField(null=True, unique=True)  # Null but for refunds.
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    reason = models.CharField(max_length=50, blank=True)  # Why it was declined.
    card = models.CharField(max_length=30, blank=True)  # Of an authorisation: the script of what follows.
    created_at = models.DateTimeField(db_default=Now())  # On the clock that settling and outages are timed by.

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["payment_id", "kind"],
                condition=models.Q(refund_id__isnull=True),
                name="each_thing_happens_once",
            ),
            # Whatever two requests at once have read before they write.
            models.UniqueConstraint(
                fields=["payment_id"],
                condition=models.Q(kind__in=[Kind.CAPTURED, Kind.VOIDED]),
                name="captured_or_voided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.kind}"
