"""The only file that listens: which events lead to which messages."""

from uuid import UUID

from chassis.inbox.registry import consumes
from notifications import operations
from notifications.clients import UserClient
from notifications.mapping import paid_order_from_proto
from shop.events.v1.events_pb2 import Event


@consumes("order_paid")
def order_paid(event: Event) -> None:
    """Mail the buyer a receipt."""
    operations.tell_order_paid(
        event_id=UUID(event.event_id), order=paid_order_from_proto(event.order_paid), contacts=UserClient()
    )
