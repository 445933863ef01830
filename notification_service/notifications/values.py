"""What messages are about, and whom they reach."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeAlias
from uuid import UUID

from notifications.models import Kind
from notifications.money import Money


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a user."""

    email: str
    phone: str  # E.164; empty if unknown.
    language: str  # BCP 47, as in "en" or "de-AT".


@dataclass(frozen=True, slots=True)
class Welcome:
    """Somebody opened an account."""

    kind: ClassVar = Kind.WELCOME


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOrder:
    """An order that was charged."""

    kind: ClassVar = Kind.ORDER_PAID
    order_id: UUID
    total: Money
    lines: tuple[PaidLine, ...] = ()
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledOrder:
    """An order that was called off."""

    kind: ClassVar = Kind.ORDER_CANCELLED
    order_id: UUID
    reason: str  # As in "OUT_OF_STOCK"; the templates know the words for it.


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundedOrder:
    """An order of which money was paid back."""

    kind: ClassVar = Kind.ORDER_REFUNDED
    order_id: UUID
    amount: Money
    refunded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LowStock:
    """A product that runs low."""

    kind: ClassVar = Kind.STOCK_LOW
    product_name: str  # On one line.
    available_quantity: int


# What a message can be about. The templates of its kind see its fields by their names.
News: TypeAlias = Welcome | PaidOrder | CancelledOrder | RefundedOrder | LowStock


def one_line(text: str) -> str:
    """`text` without line breaks. People choose names, and a break in one would forge a line of a message."""
    return " ".join(text.split())
