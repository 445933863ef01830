"""What a backend for text messages is."""

from abc import ABC, abstractmethod
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SmsMessage:
    """A text message."""

    message_id: str  # The same however often the message is sent.
    to: str  # E.164.
    text: str


class BaseSmsBackend(ABC):
    """Sends text messages by a provider. Made for each message, with the OPTIONS that settings.SMS_PROVIDERS names."""

    @abstractmethod
    def send(self, message: SmsMessage) -> str:
        """Hand a message to the provider. Returns the provider's id of it. Raises Refused, NotTaken, Unanswered."""
