"""What a backend for text messages is."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self


class SmsError(Exception):
    """The provider did not take a message, and may take it later."""

    def __init__(self, codes: str) -> None:
        """`codes` say what went wrong, without the number or the text: as in "HTTP 503"."""
        super().__init__(codes)
        self.codes = codes


class SmsRefused(SmsError):  # noqa: N818  Named for what the provider did.
    """The provider will never take this message."""


@dataclass(frozen=True, slots=True)
class SmsMessage:
    """A text message."""

    message_id: str  # The same however often the message is sent.
    to: str  # E.164.
    text: str


class BaseSmsBackend(ABC):
    """Sends text messages; a context manager, as Django's e-mail backends are."""

    def open(self) -> None:  # noqa: B027  Most backends have nothing to open or close.
        """Connect, where that is worth doing once for several messages."""

    def close(self) -> None:  # noqa: B027
        """Let go of what `open` got."""

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def send_messages(self, messages: Sequence[SmsMessage]) -> int:
        """Send each message and return how many. Raises SmsError or SmsRefused at the first that is not taken."""
