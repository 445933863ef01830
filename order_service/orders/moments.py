"""Moments of an order's life, as plain values, whatever row tells of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.outbox.models import OutboxMessage
from orders import wording
from orders.models import Kind, TimelineEntry
from orders.saga import SAGA, Answer, State
from orders.values import Money
from sandbox.models import LedgerEntry


class Told(StrEnum):
    """The kinds of moments that no entry of the timeline stands for."""

    LOST = "lost"  # A call was due, and nobody lived to hear the answer, if it was made at all.
    OMITTED = "omitted"  # Entries were left out.
    ANNOUNCED = "announced"  # Other services were told.
    PROVIDER = "provider"  # The payment provider wrote something down.


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that happened to an order. What does not apply to its kind is empty, 0 or None."""

    at: datetime
    kind: Kind | Told
    summary: str
    state: str = ""  # Of the order, or of the refund if there is one.
    call: str = ""
    answer: str = ""
    reason: str = ""
    started_at: datetime | None = None
    duration_ms: int | None = None
    attempt: int = 0
    refund_id: UUID | None = None
    amount: Money | None = None
    event: str = ""
    delivery: str = ""
    settled_at: datetime | None = None
    omitted: int = 0
    subscriber: str | None = None  # For the staff.
    detail: str | None = None  # For the staff.

    @property
    def more(self) -> str:
        """What the staff read besides the summary."""
        sent = f"to {self.subscriber}" if self.subscriber else ""
        if self.settled_at:
            sent += f" within {wording.span(self.settled_at - self.at)}"
        return ": ".join(filter(None, [sent, self.detail]))


def of_entry(entry: TimelineEntry) -> Moment:
    """What happened."""
    asked = entry.refund if entry.kind == Kind.REFUND_ASKED else None
    return Moment(
        at=entry.at,
        kind=Kind(entry.kind),
        summary=wording.happened(entry),
        state=entry.state,
        call=entry.call,
        answer=entry.answer,
        reason=entry.reason,
        started_at=entry.started_at,
        duration_ms=entry.duration_ms,
        attempt=entry.attempt,
        refund_id=entry.refund_id,
        amount=entry.refund.amount if entry.refund else None,
        detail=(asked.note if asked else entry.detail) or None,
    )


def of_death(entry: TimelineEntry) -> Moment:
    """Whoever had the work before it was taken up, as `entry` tells, did not live to say how its call ended."""
    state = entry.state_before or entry.state
    call = SAGA[State(state)].owes
    return Moment(
        at=entry.at,
        kind=Told.LOST,
        summary=wording.lost(call),
        state=state,
        call=call,
        answer=Answer.UNKNOWN,
        attempt=entry.attempt - 1,
        refund_id=entry.refund_id,
    )


def of_gap(entry: TimelineEntry, count: int) -> Moment:
    """So many entries are left out before `entry`."""
    return Moment(
        at=entry.at,
        kind=Told.OMITTED,
        summary=wording.omitted(entry, count),
        state=entry.state,
        refund_id=entry.refund_id,
        omitted=count,
    )


def of_event(message: OutboxMessage) -> Moment:
    """An event for one subscriber, and how far it has come."""
    return Moment(
        at=message.created_at,
        kind=Told.ANNOUNCED,
        summary=wording.announced(message),
        attempt=message.attempts,
        event=message.event_type,
        delivery=message.state,
        settled_at=message.settled_at,
        subscriber=message.subscriber,
        detail=message.last_error or None,
    )


def of_ledger(entry: LedgerEntry) -> Moment:
    """What the provider wrote down."""
    return Moment(
        at=entry.created_at,
        kind=Told.PROVIDER,
        summary=wording.in_ledger(entry),
        reason=entry.reason,
        refund_id=entry.refund_id,
        amount=Money(entry.currency, entry.amount_minor) if entry.amount_minor else None,
    )
