"""Keeps text messages in memory: for tests."""

from notifications.sms.backends.base import BaseSmsBackend, SmsMessage

outbox: list[SmsMessage] = []


class SmsBackend(BaseSmsBackend):
    """Appends to this module's `outbox`."""

    def send(self, message: SmsMessage) -> str:
        """Keep a message."""
        outbox.append(message)
        return message.message_id
