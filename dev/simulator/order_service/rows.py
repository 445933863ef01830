"""Rows of order_service, as `orders/models/` has them."""

from dataclasses import dataclass

from dev.simulator.values import Hold, Line
from dev.simulator.work import Work
from orders.saga import Answer, Call, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Work):
    """An order."""

    user_id: str
    placed_by: str
    request_id: str
    fingerprint: str
    payment_id: str
    card: str  # Forgotten once the provider has answered.
    lines: tuple[Line, ...]
    created_at: float
    state: State = State.RESERVING
    version: int = 1
    attempts_before: int = 0  # Of `attempts`, those at calls before.
    hold: Hold | None = None  # At which prices; None until the lines are held.
    refunded_minor: int = 0
    cancel_reason: str = ""

    @property
    def tries(self) -> int:
        """The attempts at the call that is owed now."""
        return self.attempts - self.attempts_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund(Work):
    """Money to be paid back."""

    order_id: str
    asked_by: str
    request_id: str
    asked_minor: int | None
    amount_minor: int
    created_at: float
    state: State = State.REFUNDING


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One call to a neighbour, and how it ended."""

    call: Call
    answer: Answer
    hold: Hold | None = None  # What a yes brought.
    reason: str = ""  # Why not.


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Somebody's wish to call an order off."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened to an order."""

    order_id: str
    refund_id: str | None
    kind: str
    version: int | None  # Of the order, if this moved it.
    state_before: str
    state: str
    call: str = ""
    answer: str = ""
