"""Admin pages of outbox and inbox."""

import json
from typing import ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from chassis.outbox.models import OutboxMessage
from chassis.redaction import redacted
from chassis.staff.admin import ReadOnlyAdmin
from chassis.staff.html import badge, code, link, short, table
from chassis.stored_event import State, StoredEvent, replay
from shop.events.v1.events_pb2 import Event


class StoredEventAdmin(ReadOnlyAdmin):
    """Events, which of them are stuck, and another chance for those that were given up."""

    ordering = ("-id",)
    list_filter: ClassVar[tuple[str, ...]] = ("state", "event_type")
    search_fields = ("event_id", "subject_id", "last_error")
    exclude = ("payload", "state")
    readonly_fields: ClassVar = ["state_badge", "event"]
    actions = ("replay_dead_letters",)

    @admin.display(description="Subject", ordering="subject_id")
    def subject(self, message: StoredEvent) -> str:
        return short(message.subject_id)

    @admin.display(description="State", ordering="state")
    def state_badge(self, message: StoredEvent) -> SafeString:
        return badge(message.state)

    @admin.display(description="Event")
    def event(self, message: StoredEvent) -> SafeString:
        """What the contract marks as personal or secret stays hidden here too."""
        event = Event.FromString(bytes(message.payload))
        return code(json.dumps(redacted(event), indent=2, ensure_ascii=False))

    @admin.action(description="Replay dead letters")
    def replay_dead_letters(self, request: HttpRequest, queryset: QuerySet[StoredEvent]) -> None:
        """Have the chosen dead letters tried again, and note who wanted it."""
        dead = list(queryset.filter(state=State.DEAD))
        replayed = replay(queryset)
        for message in dead:
            self.log_change(request, message, "Replayed.")
        level = messages.SUCCESS if replayed else messages.WARNING
        self.message_user(request, f"Dead letters that will be tried again: {replayed}.", level)


def events_of(subject_id: UUID) -> SafeString | str:
    """What was announced about a subject, oldest first, and how far it has come."""
    announced = OutboxMessage.objects.filter(subject_id=subject_id).order_by("id")
    rows = ((link(each, each.event_type), each.subscriber, badge(each.state), each.created_at) for each in announced)
    return table(("Event", "Subscriber", "State", "Announced"), rows)
