"""Events on their way out."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from chassis.stored_event import StoredEvent

LANE = ("subscriber", "subject_id")


class OutboxMessage(StoredEvent):
    """One event for one subscriber, delivered at least once, in order for each subject."""

    subscriber = models.CharField(max_length=64)  # A service, as in "notification_service".
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event_id", "subscriber"], name="one_message_per_subscriber"),
        ]
        indexes: ClassVar = [
            models.Index(fields=[*LANE, "id"], condition=Q(next_attempt_at__isnull=False), name="outbox_open_by_lane"),
            models.Index(fields=["subject_id", "id"], name="outbox_by_subject"),
        ]
