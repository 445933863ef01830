"""The inbox, as the staff see it."""

from django.contrib import admin

from chassis.inbox.models import InboxMessage
from chassis.staff.events import StoredEventAdmin


@admin.register(InboxMessage)
class InboxMessageAdmin(StoredEventAdmin):
    """Events that came in."""

    list_display = ("event_type", "subject", "state_badge", "received_at", "settled_at", "attempts", "last_error")
    date_hierarchy = "received_at"
