"""Values that the order's operations speak in."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Line:
    """What to buy of one product."""

    product_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in the smallest unit of its currency."""

    currency: str  # ISO 4217.
    minor: int


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Somebody's wish to call an order off."""

    reason: str  # As in "CANCELLED_BY_CUSTOMER".


@dataclass(frozen=True, slots=True)
class HeldLine:
    """What product_service holds of one product, and at which price."""

    product_id: UUID
    product_name: str
    unit_price: Money


@dataclass(frozen=True, slots=True)
class Hold:
    """What product_service holds for an order."""

    lines: list[HeldLine]
    total: Money
