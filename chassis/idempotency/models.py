"""The keys that requests were acted on under."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class IdempotencyKey(models.Model):
    """One request that was acted on, and what it was answered."""

    subject = models.CharField(max_length=64)  # A user's id, a service's name, or empty.
    method = models.CharField(max_length=200)  # A wire path.
    key = models.UUIDField()
    request_hash = models.CharField(max_length=64)
    reply = models.BinaryField(default=b"")
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "method", "key"], name="one_effect_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.key}"
