"""The provider's ledger: append-only, one entry for each thing that happened to a payment."""

from typing import ClassVar

from django.db import models


class Kind(models.TextChoices):
    """What can happen to a payment."""

    AUTHORIZED = "authorized"
    DECLINED = "declined"
    CAPTURED = "captured"
    VOIDED = "voided"


class LedgerEntry(models.Model):
    """Something that happened to a payment. It happens once: the payment's id is the idempotency key."""

    payment_id = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    reason = models.CharField(max_length=50, blank=True)  # Why it was declined.
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["payment_id", "kind"], name="each_thing_happens_once"),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.kind}"
