"""What can be done with messages."""

from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet

from notifications.models import Channel, Kind, Notification
from notifications.rendering import render
from notifications.values import Contact, PaidOrder


class Contacts(Protocol):
    """What this service needs from user_service."""

    def contact(self, user_id: UUID) -> Contact:
        """How to reach a user. Raises UserNotFound."""


def tell_order_paid(*, event_id: UUID, order: PaidOrder, contacts: Contacts) -> Notification:
    """Write the mail to the buyer of a paid order; a worker sends it. An event seen before changes nothing.

    Raises UserNotFound, and Unavailable while nobody can say how to reach the buyer. Nothing is stored then.
    """
    contact = contacts.contact(order.user_id)
    message = render(Kind.ORDER_PAID.lower(), {"name": contact.display_name, "order": order})
    notification, _ = Notification.objects.get_or_create(
        event_id=event_id,
        kind=Kind.ORDER_PAID,
        channel=Channel.EMAIL,
        defaults={
            "user_id": order.user_id,
            "recipient": contact.email,
            "language": contact.language,
            "subject": message.subject,
            "text": message.text,
            "html": message.html,
        },
    )
    return notification


def list_notifications(*, user_id: UUID) -> QuerySet[Notification]:
    """The messages to a user, and to nobody else."""
    return Notification.objects.filter(user_id=user_id)
