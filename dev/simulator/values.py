"""Values that services of the simulated shop exchange."""

from collections.abc import Mapping
from dataclasses import dataclass

CURRENCY = "EUR"


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """What to buy of one product."""

    product_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Hold:
    """What product_service holds for an order, in minor units."""

    prices: Mapping[str, int]  # Of one unit, by product.
    total_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that is announced."""

    id: str
    type: str  # As in "order_paid".
    subject_id: str  # An order.
    user_id: str
