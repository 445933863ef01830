"""Sends text messages by the sandbox provider: for development."""

from uuid import UUID

from notifications.models import Channel
from notifications.sandboxed import hand_over
from notifications.sms.backends.base import BaseSmsBackend, SmsMessage


class SmsBackend(BaseSmsBackend):
    """Sends by one of the providers that the sandbox plays."""

    def __init__(self, *, provider: str) -> None:
        self.provider = provider

    def send(self, message: SmsMessage) -> str:
        """Send a message by its own id as the key."""
        key = UUID(message.message_id)
        hand_over(key=key, channel=Channel.SMS, provider=self.provider, recipients=[message.to])
        return message.message_id
