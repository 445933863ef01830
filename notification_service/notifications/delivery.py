"""Sends the messages that are due, and keeps every attempt.

At least once: if the worker dies or the connection breaks after a provider took a message and before that is stored,
the message stays due and is sent again. Both copies of a mail carry the same Message-ID, by which a server or a
reader's program can drop the second; a text message has nothing of the kind. Only a provider that takes idempotency
keys makes it exactly once.
"""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction

from notifications import mail, sms
from notifications.models import Channel, DeliveryAttempt, Notification, Outcome

log = structlog.get_logger("notifications.delivery")

_SENDERS = {Channel.EMAIL: mail.send, Channel.SMS: sms.send}


def send_due() -> int:
    """Try to send one message that is due; a worker task. Returns how many there were: 0 or 1.

    One at a time: providers are slow, and a worker told to stop does so after the message in hand.
    """
    notification = Notification.objects.due().first()
    if notification is None:
        return 0
    attempt = notification.begin_attempt(timedelta(seconds=settings.LEASE))
    if attempt:
        _send(notification, attempt)
    return 1


def _send(notification: Notification, attempt: DeliveryAttempt) -> None:
    """Send one claimed message, outside a transaction: it cannot be rolled back."""
    about = {"notification_id": str(notification.id), "kind": notification.kind, "channel": notification.channel}
    with structlog.contextvars.bound_contextvars(**about):
        try:
            _SENDERS[Channel(notification.channel)](notification)
        except Exception as error:  # noqa: BLE001  A backend may raise anything; the row keeps the message either way.
            _not_sent(notification, attempt, error)
        else:
            _sent(notification, attempt)


def _sent(notification: Notification, attempt: DeliveryAttempt) -> None:
    with transaction.atomic():
        attempt.end(Outcome.SENT)
        notification.mark_sent()
    log.info("notification.sent")


def _not_sent(notification: Notification, attempt: DeliveryAttempt, error: Exception) -> None:
    final, kept = _is_final(error), _without_personal_data(error)
    with transaction.atomic():
        attempt.end(Outcome.FAILED if final else Outcome.POSTPONED, kept)
        leave = notification.mark_failed if final else notification.postpone
        leave(f"{type(error).__name__}: {error}")
    if final:
        log.error("notification.failed", error=kept)
    else:
        log.warning("notification.postponed", error=kept, attempts=notification.attempts)


def _is_final(error: Exception) -> bool:
    return isinstance(error, sms.SmsRefused) or mail.is_final(error)


def _without_personal_data(error: Exception) -> str:
    """The kind of an error, with the provider's codes. What providers say repeats addresses and numbers."""
    codes = error.codes if isinstance(error, sms.SmsError) else mail.codes(error)
    return f"{type(error).__name__} {codes}".strip()
