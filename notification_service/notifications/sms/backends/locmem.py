"""Keeps text messages in memory: for tests."""

from collections.abc import Sequence

from notifications.sms.backends.base import BaseSmsBackend, SmsMessage

outbox: list[SmsMessage] = []


class SmsBackend(BaseSmsBackend):
    """Appends to this module's `outbox`."""

    def send_messages(self, messages: Sequence[SmsMessage]) -> int:
        """Keep all messages."""
        outbox.extend(messages)
        return len(messages)
