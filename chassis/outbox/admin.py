"""The outbox, as the staff see it."""

from typing import ClassVar

from django.contrib import admin

from chassis.outbox.models import OutboxMessage
from chassis.staff.events import StoredEventAdmin


@admin.register(OutboxMessage)
class OutboxMessageAdmin(StoredEventAdmin):
    """Events on their way out."""

    list_display = (
        "event_type",
        "subject",
        "subscriber",
        "state_badge",
        "created_at",
        "settled_at",
        "attempts",
        "last_error",
    )
    list_filter: ClassVar[tuple[str, ...]] = (*StoredEventAdmin.list_filter, "subscriber")
    date_hierarchy = "created_at"
