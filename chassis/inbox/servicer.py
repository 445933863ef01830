"""Answers shop.events.v1.EventService, for every service that listens."""

from typing import Any
from uuid import UUID

import grpc

from chassis.failpoints import failpoint
from chassis.inbox.models import InboxMessage
from chassis.inbox.registry import consumer_of
from chassis.servicer import Service
from chassis.stored_event import State
from shop.events.v1 import events_pb2_grpc
from shop.events.v1.events_pb2 import DeliverRequest, DeliverResponse, Event


class EventServicer(Service, events_pb2_grpc.EventServiceServicer):
    """Stores events; processing.py acts on them."""

    def Deliver(self, request: DeliverRequest, context: grpc.ServicerContext) -> DeliverResponse:
        failpoint("inbox.before_store")
        _take_in(request.event)
        return DeliverResponse()


def _take_in(event: Event) -> None:
    """Store an event unless it is there already. Committed on return."""
    event_type = event.WhichOneof("payload") or ""
    values: dict[str, Any] = {
        "subject_id": UUID(event.subject_id),
        "event_type": event_type,
        "payload": event.SerializeToString(),
    }
    if consumer_of(event_type) is None:
        values |= {"state": State.DONE, "next_attempt_at": None}
    InboxMessage.objects.get_or_create(event_id=UUID(event.event_id), defaults=values)
