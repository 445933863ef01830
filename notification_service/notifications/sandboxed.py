"""What speaks to the sandbox provider: a backend for e-mail, and what the one for text messages shares with it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from anymail.message import AnymailMessage
from django.core.mail.backends.base import BaseEmailBackend

from notifications.models import Channel
from notifications.sending import NotTaken, Refused, Unanswered
from sandbox import provider as sandbox


class EmailBackend(BaseEmailBackend):
    """Sends mails by the sandbox; their metadata carries the key."""

    def __init__(self, *, provider: str, **options: Any) -> None:
        super().__init__(**options)
        self.provider = provider

    def send_messages(self, email_messages: Sequence[AnymailMessage]) -> int:
        """Send each mail. Raises Refused, NotTaken or Unanswered at the first that is not taken."""
        for mail in email_messages:
            key = UUID(mail.metadata["notification_id"])
            hand_over(key=key, channel=Channel.EMAIL, provider=self.provider, recipients=mail.to)
            mail.anymail_status.message_id = str(key)
        return len(email_messages)


def hand_over(*, key: UUID, channel: Channel, provider: str, recipients: Sequence[str]) -> None:
    """Have the sandbox take a message. Raises Refused, NotTaken, Unanswered."""
    try:
        sandbox.send(key=key, channel=channel, provider=provider, recipients=recipients)
    except sandbox.Refused as error:
        raise Refused(f"Refused {error}") from error
    except sandbox.Busy as error:
        raise NotTaken("Busy") from error
    except sandbox.AnswerLost as error:
        raise Unanswered("AnswerLost") from error
