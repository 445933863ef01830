"""Sends the messages that are due, and keeps every attempt.

At least once: if the worker dies or the connection breaks after a provider took a message and before that is stored,
the message stays due, and the same provider is asked again. One that honours keys, as the sandbox does, takes it
exactly once. Both copies of a mail carry the same Message-ID, by which a server or a reader's program can drop the
second; a text message by Twilio has nothing of the kind.
"""

from datetime import timedelta

import structlog
from django.conf import settings

from chassis.failpoints import failpoint, reply_passes
from chassis.transactions import committing
from notifications import failover, mail, providers, sms
from notifications.models import Channel, DeliveryAttempt, Notification, Outcome
from notifications.sending import SendingFailed

log = structlog.get_logger("notifications.delivery")

_SENDERS = {Channel.EMAIL: mail.send, Channel.SMS: sms.send}


def send_due() -> int:
    """Try to send one message that is due; a worker task. Returns how many there were: 0 or 1.

    One at a time: providers are slow, and a worker told to stop does so after the message in hand.
    """
    notification = Notification.objects.due().first()
    if notification is None:
        return 0
    if attempt := _begin(notification):
        about = {"notification_id": str(notification.id), "kind": notification.kind, "provider": attempt.provider}
        with structlog.contextvars.bound_contextvars(**about):
            _send(notification, attempt)
    return 1


def _begin(notification: Notification) -> DeliveryAttempt | None:
    """Claim a message, and write down who is about to be asked. None if another worker was faster."""
    with committing(notification):
        if not notification.claim(timedelta(seconds=settings.LEASE)):
            return None
        provider = failover.choose(_providers(notification), list(notification.delivery_attempts.all()))
        return notification.delivery_attempts.create(number=notification.attempts, provider=provider)


def _send(notification: Notification, attempt: DeliveryAttempt) -> None:
    """Hand a claimed message over, outside a transaction: that cannot be rolled back."""
    try:
        failpoint("notification.claimed")
        message_id = _SENDERS[Channel(notification.channel)](notification, attempt.provider)
        reply_passes()
        failpoint("notification.handed_over")
    except Exception as error:  # noqa: BLE001  A backend may raise anything; the row keeps the message either way.
        _not_sent(notification, attempt, error)
    else:
        _sent(notification, attempt, message_id)


def _sent(notification: Notification, attempt: DeliveryAttempt, message_id: str) -> None:
    with committing(notification, attempt):
        attempt.end(Outcome.SENT, message_id=message_id)
        notification.mark_sent()
        failpoint("notification.storing_sent")
    log.info("notification.sent")


def _not_sent(notification: Notification, attempt: DeliveryAttempt, error: Exception) -> None:
    outcome, kept = (error.outcome, str(error)) if isinstance(error, SendingFailed) else _unforeseen(error)
    with committing(notification, attempt):
        attempt.end(outcome, error=kept)
        _leave(notification, outcome, _in_full(error))
    if outcome == Outcome.FAILED:
        log.error("notification.failed", error=kept)
    else:
        log.warning("notification.not_sent", outcome=outcome.lower(), error=kept, attempts=notification.attempts)


def _leave(notification: Notification, outcome: Outcome, error: str) -> None:
    if outcome == Outcome.FAILED:
        notification.mark_failed(error)
    elif failover.is_next(_providers(notification), list(notification.delivery_attempts.all())):
        notification.release(error)
    else:
        notification.postpone(error)


def _providers(notification: Notification) -> list[str]:
    return providers.names(Channel(notification.channel))


def _unforeseen(error: Exception) -> tuple[Outcome, str]:
    return Outcome.UNKNOWN, type(error).__name__


def _in_full(error: Exception) -> str:
    """What went wrong in the provider's own words, for the staff."""
    said = error.__cause__ or error
    return f"{type(said).__name__}: {said}"
