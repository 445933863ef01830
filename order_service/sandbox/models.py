"""The provider's ledger: append-only, one entry for each thing that happened to a payment."""

from typing import ClassVar

from django.db import models


class Kind(models.TextChoices):
    """What can happen to a payment."""

    AUTHORIZED = "authorized"
    DECLINED = "declined"
    CAPTURED = "captured"
    VOIDED = "voided"
    REFUNDED = "refunded"


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
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["payment_id", "kind"],
                condition=models.Q(refund_id__isnull=True),
                name="each_thing_happens_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.kind}"
