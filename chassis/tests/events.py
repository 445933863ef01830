"""Events for the tests of outbox and inbox."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models.functions import Now
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.inbox.models import InboxMessage
from chassis.outbox.models import OutboxMessage
from chassis.outbox.publishing import publish
from shop.events.v1.events_pb2 import Event, OrderPaid


def order_paid(order_id: UUID) -> OrderPaid:
    """What happened, as far as the contract insists on it."""
    return OrderPaid(order_id=str(order_id), user_id=str(uuid4()))


def pay(order_id: UUID) -> None:
    """Publish order_paid, as order_service would."""
    with transaction.atomic():
        publish(Event(subject_id=str(order_id), order_paid=order_paid(order_id)))


def paid(order_id: UUID | None = None) -> Event:
    """order_paid as a subscriber gets it."""
    subject_id = order_id or uuid4()
    return Event(
        event_id=str(uuid4()),
        subject_id=str(subject_id),
        occur_time=Timestamp(seconds=1_800_000_000),
        order_paid=order_paid(subject_id),
    )


def make_due(model: type[OutboxMessage | InboxMessage]) -> None:
    """Let every pause and every lease be over."""
    model.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=Now() - timedelta(seconds=1))
