"""Values that the order's operations speak in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.errors import Refusal
from chassis.money import LARGEST_AMOUNT
from orders.errors import TotalTooLarge
from orders.saga import Answer, Call


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
    """What product_service holds for an order. Raises TotalTooLarge: such an order is given up before money moves.

    product_service refuses to hold that; one of before it did, or what it held before, is refused here.
    """

    lines: list[HeldLine]
    total: Money

    def __post_init__(self) -> None:
        if self.total.minor > LARGEST_AMOUNT:
            raise TotalTooLarge


@dataclass(frozen=True, slots=True)
class Payment:
    """What a provider is asked to charge. Nothing of it but `reference` changes after the first try."""

    id: UUID
    amount: Money
    asked_at: datetime  # When the order was placed: a provider forgets keys that are older than a day or so.
    reference: str = ""  # The provider's own name for it; empty until an answer brought it.

    @property
    def is_free(self) -> bool:
        """Whether there is nothing to charge. No provider is asked then: Stripe refuses a payment of 0."""
        return self.amount.minor == 0


@dataclass(frozen=True, slots=True)
class Authorization:
    """Money that a provider has set aside."""

    reference: str  # The provider's own name for the payment.


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One call to a neighbour, and how it ended."""

    call: Call
    answer: Answer
    news: Hold | Authorization | Refusal | None = None  # What the neighbour said.
    error: str = ""  # Why there is no answer.
    started_at: datetime
    milliseconds: int
    claim: int = 0  # How often the work had been taken up by then: who made the call.
