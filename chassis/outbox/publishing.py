"""Announcing an event."""

from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection

from chassis.connections import in_transaction
from chassis.errors import InvalidArgument
from chassis.outbox.models import OutboxMessage
from chassis.validation import validate
from shop.events.v1.events_pb2 import Event


def publish(event: Event) -> None:
    """Announce `event`, as in `publish(Event(subject_id=str(order.id), order_paid=OrderPaid(...)))`.

    Fills `event_id` and `occur_time` in, and writes one row for each subscriber that settings.SUBSCRIPTIONS names.
    Events of one subject keep their order if the transactions that publish them exclude each other, as they do when
    they change the subject's row first.

    Raises RuntimeError outside a transaction, ValueError for an event that breaks its contract.
    """
    if not in_transaction(connection):
        raise RuntimeError(
            "publish() inside `transaction.atomic()`, together with the change that the event tells of: "
            "outside it, one of the two could be lost"
        )
    told = _complete(event)
    event_type = told.WhichOneof("payload") or ""
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            event_id=UUID(told.event_id),
            subscriber=subscriber,
            subject_id=UUID(told.subject_id),
            event_type=event_type,
            payload=told.SerializeToString(),
        )
        for subscriber in settings.SUBSCRIPTIONS.get(event_type, [])
    )


def _complete(event: Event) -> Event:
    """`event` with an id and the time, as every subscriber gets it. ValueError if one would have to refuse it."""
    told = Event()
    told.CopyFrom(event)
    told.event_id = str(uuid4())
    told.occur_time.GetCurrentTime()
    try:
        validate(told)
    except InvalidArgument as error:
        # The mistake is this service's, and not its caller's argument.
        raise ValueError(f"this event breaks its contract: {error}") from error
    return told
