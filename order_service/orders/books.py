"""What a payment provider has written down, for whoever compares it with the orders."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedPayment:
    """A payment as the provider knows it. Amounts are in minor units."""

    payment_id: UUID
    reference: str  # The provider's own name for it.
    booked_at: datetime  # When the provider first heard of it.
    currency: str = ""
    set_aside_minor: int = 0  # Authorised, and neither captured nor let go of.
    captured_minor: int = 0
    refunds: Mapping[str, int] = field(default_factory=dict)  # By the shop's id of the refund, else by the provider's.

    @property
    def kept_minor(self) -> int:
        """What of the captured money was not paid back."""
        return self.captured_minor - sum(self.refunds.values())


class Books(Protocol):
    """A provider's side of the story; answered by a payment provider."""

    def payments_since(self, since: datetime) -> Iterator[BookedPayment]:
        """Every payment of the shop's that the provider first heard of at `since` or later, each once."""
