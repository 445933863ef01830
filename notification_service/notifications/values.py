"""What messages are about, and whom they reach."""

from dataclasses import dataclass
from uuid import UUID

from notifications.money import Money


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a user."""

    display_name: str  # On one line.
    email: str
    language: str  # BCP 47, as in "en" or "de-AT".


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One product of a paid order."""

    product_name: str  # On one line.
    quantity: int
    unit_price: Money

    @property
    def total(self) -> Money:
        """What the line costs."""
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class PaidOrder:
    """An order that was charged."""

    order_id: UUID
    user_id: UUID
    lines: tuple[PaidLine, ...]
    total: Money


def one_line(text: str) -> str:
    """`text` without line breaks. People choose names, and a break in one would forge a line of a message."""
    return " ".join(text.split())
