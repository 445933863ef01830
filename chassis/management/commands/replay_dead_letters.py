"""`manage.py replay_dead_letters`: gives events that were refused too often another chance."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser

from chassis.inbox.models import InboxMessage
from chassis.outbox.models import OutboxMessage
from chassis.stored_event import replay


class Command(BaseCommand):
    """Once what they were refused for is mended; the worker takes them up."""

    help = "Makes dead letters of outbox and inbox due again: all of them, or the events named."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("event_id", nargs="*", type=UUID, help="as the log line event.dead names it")

    def handle(self, *_args: Any, event_id: list[UUID], **_options: Any) -> None:
        for name, model in (("outbox", OutboxMessage), ("inbox", InboxMessage)):
            messages = model.objects.filter(event_id__in=event_id) if event_id else model.objects.all()
            self.stdout.write(f"{name:<8}{replay(messages)} replayed")
