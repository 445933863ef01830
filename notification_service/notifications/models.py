"""Who was told what."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from chassis.work import ERROR_LENGTH, Work


class Kind(models.TextChoices):
    """What a message is about. In lower case it names the folder of the message's templates."""

    ORDER_PAID = "ORDER_PAID"


class Channel(models.TextChoices):
    """How a message travels."""

    EMAIL = "EMAIL"


class Status(models.TextChoices):
    """How far a message got."""

    PENDING = "PENDING"
    SENT = "SENT"
    FAILED = "FAILED"


class Notification(Work):
    """One message to one user, kept as it was worded when its event arrived. Sending it is the work to do."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event_id = models.UUIDField()
    user_id = models.UUIDField()  # A row in user_service, hence no foreign key.
    kind = models.CharField(max_length=30, choices=Kind)
    channel = models.CharField(max_length=10, choices=Channel)
    recipient = models.CharField(max_length=320)
    language = models.CharField(max_length=35)  # BCP 47: what the user reads.
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event_id", "kind", "channel"], name="one_message_an_event"),
        ]
        indexes: ClassVar = [models.Index(fields=["user_id", "-created_at", "-id"], name="newest_of_a_user")]

    def __str__(self) -> str:
        return f"{self.kind} by {self.channel} {self.id}: {self.status}"

    def mark_sent(self) -> bool:
        """The provider has it. False if the lease ran out and another worker is sending it again."""
        return self.finish(status=Status.SENT, sent_at=timezone.now(), last_error="")

    def mark_failed(self, error: str) -> bool:
        """The provider will never take it. False if another worker is on it by now."""
        return self.finish(status=Status.FAILED, last_error=error[:ERROR_LENGTH])
