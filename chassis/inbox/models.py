"""Events that came in."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from chassis.stored_event import StoredEvent


class InboxMessage(StoredEvent):
    """One event, taken in once and acted on at least once, in order for each subject."""

    received_at = models.DateTimeField(db_default=Now())

    came_up = "received_at"

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["event_id"], name="taken_in_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["subject_id", "id"], condition=Q(next_attempt_at__isnull=False), name="inbox_open_by_lane"
            ),
        ]
