"""What can be done with messages."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from chassis.failpoints import failpoint
from notifications.errors import NotificationNotWanted
from notifications.models import ONCE_AN_ORDER, Channel, Kind, Notification, Preference, Status
from notifications.rendering import LANGUAGES, render
from notifications.values import CancelledOrder, Contact, News, PaidOrder, RefundedOrder

DEFAULT_CHANNELS = [Channel.EMAIL]


class Contacts(Protocol):
    """What this service needs from user_service."""

    def contact(self, user_id: UUID) -> Contact:
        """How to reach a user. Raises UserNotFound."""


def tell(*, event_id: UUID, user_id: UUID, news: News, contacts: Contacts) -> None:
    """Write to a user by the channels that they want; a worker sends it.

    An event seen before changes nothing, nor does another one of what happens to an order only once.
    Raises UserNotFound, and Unavailable while nobody can say how to reach the user. Nothing is stored then.
    """
    wanted = get_preferences(user_id=user_id)[news.kind]
    if not wanted or _told(event_id, news).exists():
        return
    _write(event_id, user_id, news, contacts.contact(user_id), wanted)


def tell_staff(*, event_id: UUID, news: News) -> None:
    """Write one mail to all whom settings.STOCK_ALERTS_TO names. An event seen before changes nothing."""
    if recipients := ", ".join(settings.STOCK_ALERTS_TO):
        staff = Contact(email=recipients, phone="", language=LANGUAGES[0])
        _write(event_id, None, news, staff, [Channel.EMAIL])


def send_notification(*, user_id: UUID, news: News, contact: Contact) -> Notification:
    """Write to a user by the channels that they want, inside the caller's transaction; a worker sends it.

    Returns the mail, or the text message if there is none. Raises NotificationNotWanted.
    """
    wanted = get_preferences(user_id=user_id)[news.kind]
    if not wanted:
        raise NotificationNotWanted
    return _write(uuid4(), user_id, news, contact, wanted)[0]


def list_notifications(*, user_id: UUID) -> QuerySet[Notification]:
    """The messages to a user, and to nobody else."""
    return Notification.objects.filter(user_id=user_id)


def get_preferences(*, user_id: UUID) -> dict[Kind, list[Channel]]:
    """By which channels a user wants to be told of each kind; by e-mail unless they said otherwise."""
    said = dict(Preference.objects.filter(user_id=user_id).values_list("kind", "channels"))
    return {kind: [Channel(each) for each in said.get(kind, DEFAULT_CHANNELS)] for kind in Kind}


def update_preferences(*, user_id: UUID, changes: Mapping[Kind, Sequence[Channel]]) -> dict[Kind, list[Channel]]:
    """Change what a user wants for some kinds, and return it for all."""
    Preference.objects.bulk_create(
        # Always in one order, so that two at once cannot lock each other out.
        [
            Preference(user_id=user_id, kind=kind, channels=[each for each in Channel if each in changes[kind]])
            for kind in Kind
            if kind in changes
        ],
        update_conflicts=True,
        unique_fields=["user_id", "kind"],
        update_fields=["channels"],
    )
    return get_preferences(user_id=user_id)


def _write(
    event_id: UUID, user_id: UUID | None, news: News, contact: Contact, wanted: Sequence[Channel]
) -> list[Notification]:
    """Store a message for each channel, all or none, unless it is there already."""
    addresses = _addresses(contact, wanted)
    messages = {channel: render(channel, news, language=contact.language) for channel in addresses}
    with transaction.atomic():
        stored = [
            _told(event_id, news).get_or_create(
                channel=channel,
                defaults={
                    "kind": news.kind,
                    "event_id": event_id,
                    "order_id": _order_id(news),
                    "user_id": user_id,
                    "recipient": addresses[channel],
                    "language": contact.language,
                    "subject": message.subject,
                    "text": message.text,
                    "html": message.html,
                },
            )[0]
            for channel, message in messages.items()
        ]
        failpoint("notification.storing")
    return stored


def _told(event_id: UUID, news: News) -> QuerySet[Notification]:
    """The messages that say the same: of the same event, or of another one of what happens to an order only once."""
    same = Q(event_id=event_id)
    if news.kind in ONCE_AN_ORDER:
        same |= Q(order_id=_order_id(news))
    return Notification.objects.filter(same, kind=news.kind)


def _order_id(news: News) -> UUID | None:
    return news.order_id if isinstance(news, PaidOrder | CancelledOrder | RefundedOrder) else None


def _addresses(contact: Contact, wanted: Sequence[Channel]) -> dict[Channel, str]:
    known = {Channel.EMAIL: contact.email, Channel.SMS: contact.phone}
    # Whoever asked for text messages alone, and left no number, did ask to be told.
    return {channel: known[channel] for channel in wanted if known[channel]} or {Channel.EMAIL: contact.email}


def send_again(notifications: QuerySet[Notification]) -> int:
    """Have those of `notifications` that were given up tried again from now on. Returns how many there were."""
    return notifications.filter(status=Status.FAILED).update(status=Status.PENDING, next_attempt_at=Now())
