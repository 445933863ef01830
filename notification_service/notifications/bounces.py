"""Messages that a provider took and did not deliver, as it tells afterwards: once, several times, or too early."""

from uuid import UUID

import structlog

from notifications.models import DeliveryAttempt, Notification

log = structlog.get_logger("notifications.bounces")


def bounced(*, reason: str, notification_id: UUID | None = None, message_id: str | None = None) -> None:
    """Note that a message bounced, or that its reader complained of it; known by its own id or by the provider's.

    Noted already, nothing changes. What is no message of ours, nobody waits for.
    """
    notification = _find(notification_id, message_id)
    if notification is None:
        log.info("notification.bounce_of_nothing_known", reason=reason)
    elif notification.mark_bounced(reason):
        log.warning("notification.bounced", notification_id=str(notification.id), reason=reason)


def _find(notification_id: UUID | None, message_id: str | None) -> Notification | None:
    if notification_id:
        return Notification.objects.filter(pk=notification_id).first()
    if message_id:
        attempts = DeliveryAttempt.objects.filter(provider_message_id=message_id)
        return Notification.objects.filter(delivery_attempts__in=attempts).first()
    return None
