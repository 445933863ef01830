"""What providers tell of messages that they took, as signals: the sandbox's own, and Anymail's of its webhooks."""

from typing import Any
from uuid import UUID

from anymail.signals import EventType, tracking
from django.dispatch import receiver

from notifications.bounces import bounced
from sandbox import signals as sandbox

# Not DEFERRED: that provider still tries.
UNDELIVERED = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED, EventType.COMPLAINED}


@receiver(tracking)
def mail_tracked(event: Any, **_: Any) -> None:
    """Note what an Anymail provider says of a mail, if it is bad."""
    if event.event_type in UNDELIVERED:
        reason = " ".join(filter(None, [event.event_type, event.reject_reason]))
        bounced(reason=reason, notification_id=_own_id(event.metadata), message_id=event.message_id)


@receiver(sandbox.bounced)
def sandbox_bounced(key: UUID, reason: str, **_: Any) -> None:
    """Note that the sandbox could not deliver a message."""
    bounced(reason=f"bounced {reason}", notification_id=key)


def _own_id(metadata: Any) -> UUID | None:
    """The id that the mail took along; None if it is another sender's, by the same account."""
    try:
        return UUID(metadata["notification_id"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
