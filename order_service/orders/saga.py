"""How an order and its refunds come to their end: a pure step function, and the table it reads.

Every state that is not final owes one call to a neighbour. The answer decides the next state; no answer decides
nothing, and the same call is owed again. Whoever places, cancels, refunds or recovers walks this table.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where an order stands, or a refund, between two commits."""

    RESERVING = "reserving"
    AUTHORIZING = "authorizing"
    CONFIRMING = "confirming"
    CAPTURING = "capturing"
    VOIDING = "voiding"
    RELEASING = "releasing"
    PAID = "paid"
    CANCELLED = "cancelled"
    # Of refunds: a paid order may have several, each walking by itself.
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    REFUND_REFUSED = "refund_refused"


REFUND_STATES = (State.REFUNDING, State.REFUNDED, State.REFUND_REFUSED)
ORDER_STATES = tuple(state for state in State if state not in REFUND_STATES)


class Call(StrEnum):
    """What a state owes a neighbour. Each may be repeated: it carries ids that were stored before the first try."""

    RESERVE_STOCK = "reserve_stock"
    AUTHORIZE_PAYMENT = "authorize_payment"
    CONFIRM_RESERVATION = "confirm_reservation"
    CAPTURE_PAYMENT = "capture_payment"
    VOID_PAYMENT = "void_payment"
    RELEASE_RESERVATION = "release_reservation"
    REFUND_PAYMENT = "refund_payment"


class Announcement(StrEnum):
    """What the commit that enters a state tells everybody."""

    ORDER_PAID = "order_paid"
    ORDER_CANCELLED = "order_cancelled"
    ORDER_REFUNDED = "order_refunded"


class Answer(StrEnum):
    """What a neighbour said."""

    YES = "yes"
    NO = "no"  # It refused, with a reason that this service knows by name.
    UNKNOWN = "unknown"  # Anything else: a timeout, a lost reply, an error nobody meant.


Effect = Call | Announcement


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    owes: Call
    on_yes: State
    on_no: State | None = None  # None: this is an undoing. It cannot be refused, only repeated.
    on_cancel: State | None = None  # None: it is too late to call the order off, or that is happening already.


# A refused reservation is released all the same: an earlier try of it, given up for lost, may still arrive.
# A refused capture is voided: the authorisation may still hold the customer's money.
# Whoever calls an order off undoes what may be on its way too. Once the capture may be, it is too late.
SAGA = {
    State.RESERVING: Row(
        Call.RESERVE_STOCK, on_yes=State.AUTHORIZING, on_no=State.RELEASING, on_cancel=State.RELEASING
    ),
    State.AUTHORIZING: Row(
        Call.AUTHORIZE_PAYMENT, on_yes=State.CONFIRMING, on_no=State.RELEASING, on_cancel=State.VOIDING
    ),
    State.CONFIRMING: Row(
        Call.CONFIRM_RESERVATION, on_yes=State.CAPTURING, on_no=State.VOIDING, on_cancel=State.VOIDING
    ),
    State.CAPTURING: Row(Call.CAPTURE_PAYMENT, on_yes=State.PAID, on_no=State.VOIDING),
    State.VOIDING: Row(Call.VOID_PAYMENT, on_yes=State.RELEASING),
    State.RELEASING: Row(Call.RELEASE_RESERVATION, on_yes=State.CANCELLED),
    State.REFUNDING: Row(Call.REFUND_PAYMENT, on_yes=State.REFUNDED, on_no=State.REFUND_REFUSED),
}

ANNOUNCEMENTS = {
    State.PAID: Announcement.ORDER_PAID,
    State.CANCELLED: Announcement.ORDER_CANCELLED,
    State.REFUNDED: Announcement.ORDER_REFUNDED,
}


def step(state: State, answer: Answer) -> tuple[State, tuple[Effect, ...]]:
    """The state that `answer` leads to from `state`, and what is due on entering it."""
    row = SAGA[state]
    following = {Answer.YES: row.on_yes, Answer.NO: row.on_no or state, Answer.UNKNOWN: state}[answer]
    return following, effects(following)


def effects(state: State) -> tuple[Effect, ...]:
    """What is due in `state`: a call, or if it is final the announcement, where there is one."""
    if state in SAGA:
        return (SAGA[state].owes,)
    return (ANNOUNCEMENTS[state],) if state in ANNOUNCEMENTS else ()


def leads(state: State, to: State) -> bool:
    """Whether the table has a step from `state` to another one, `to`."""
    row = SAGA.get(state)
    return row is not None and to in (row.on_yes, row.on_no, row.on_cancel)
