"""How a payment provider and the orders can differ, and what somebody should do then."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What differs."""

    UNKNOWN_PAYMENT = "unknown_payment"  # The provider has money for an order that is not here.
    NOT_CAPTURED = "not_captured"  # The order is paid, and the provider has taken nothing.
    WRONG_AMOUNT = "wrong_amount"
    CHARGED_THOUGH_CANCELLED = "charged_though_cancelled"
    STILL_SET_ASIDE = "still_set_aside"  # The order is cancelled, and its authorisation open.
    REFUND_MISSING = "refund_missing"  # The order counts a refund that the provider does not have.
    REFUND_UNKNOWN = "refund_unknown"  # The provider has paid back what the order does not count.
    UNFINISHED = "unfinished"  # A call has been due for longer than the grace.


WHAT_TO_DO = {
    Kind.UNKNOWN_PAYMENT: "look for the order in a backup; if there is none, refund or cancel the payment",
    Kind.NOT_CAPTURED: "charge the customer anew, or write the order off",
    Kind.WRONG_AMOUNT: "refund what is too much, or ask the customer for what is missing",
    Kind.CHARGED_THOUGH_CANCELLED: "refund the payment at the provider",
    Kind.STILL_SET_ASIDE: "cancel the payment at the provider; it lapses by itself within some days",
    Kind.REFUND_MISSING: "pay that back at the provider: the customer was told of it",
    Kind.REFUND_UNKNOWN: "ask who paid that back at the provider, and why",
    Kind.UNFINISHED: "read the last error; --wake lets the worker try again at once",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that the two sides tell differently."""

    kind: Kind
    order_id: UUID | None
    payment_id: UUID
    reference: str  # The provider's own name for the payment; empty if the order knows none.
    detail: str

    @property
    def what_to_do(self) -> str:
        """For whoever reads it."""
        return WHAT_TO_DO[self.kind]
