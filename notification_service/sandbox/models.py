"""The provider's ledger: append-only, one entry for each thing that happened to a message."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Kind(models.TextChoices):
    """What can happen to a message."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # For good.
    DEFERRED = "deferred"  # Refused for now.
    REPEATED = "repeated"  # Accepted or refused before, and answered alike.
    BOUNCED = "bounced"  # Accepted, and not delivered.


class LedgerEntry(models.Model):
    """Something that happened to a message. Its key, which the sender chose, is accepted once, whoever is asked."""

    key = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=10, choices=Kind)
    channel = models.CharField(max_length=10)  # "EMAIL" or "SMS".
    provider = models.CharField(max_length=50)  # Which of the providers that the sandbox plays was asked.
    reason = models.CharField(max_length=50, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], condition=models.Q(kind="accepted"), name="accepted_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "reason"], name="what_will_bounce")]

    def __str__(self) -> str:
        return f"{self.key} {self.kind}"
