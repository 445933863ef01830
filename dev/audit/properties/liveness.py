"""L1: whatever was begun comes to its end in time, and nothing is left that nobody looks after."""

from collections.abc import Iterator
from typing import TypeAlias

from dev.audit.evidence import Evidence, InboxMessage, OutboxMessage
from dev.audit.properties.declared import Fault, Property
from orders.saga import ORDER_STATES, REFUND_STATES, SAGA

FINAL = frozenset(ORDER_STATES) - SAGA.keys()
REFUNDED = frozenset(REFUND_STATES) - SAGA.keys()
SETTLED = ("done", "dead")
SENT = ("SENT", "BOUNCED", "FAILED")


Work: TypeAlias = tuple[str, str, float]  # Its name, how it stands, and since when it is due.


def open_work(evidence: Evidence) -> Iterator[Work]:
    """What is not finished."""
    yield from _open_orders(evidence)
    yield from _overstayed_holds(evidence)
    yield from _open_events(evidence)
    for message in evidence.notifications:
        if message.status not in SENT:
            yield f"message {message.id}", f"{message.kind} by {message.channel} is not sent", message.created_at


def dead_letters(evidence: Evidence) -> Iterator[Fault]:
    """What was given up, and is left for a person."""
    for event in evidence.outbox:
        if event.state == "dead":
            yield event.subject_id, f"{event.event_type} is a dead letter to {event.subscriber}"
    for taken_in in evidence.inbox:
        if taken_in.state == "dead":
            yield taken_in.subject_id, f"{taken_in.event_type} is a dead letter of {taken_in.service}"
    for message in evidence.notifications:
        if message.status == "FAILED":
            yield f"message {message.id}", f"{message.kind} by {message.channel} is given up"


def nothing_is_overdue(evidence: Evidence) -> Iterator[Fault]:
    """Work may be under way, but not for long."""
    for thing, what, since in open_work(evidence):
        if (age := evidence.taken_at - since) > evidence.terms.overdue_after:
            yield thing, f"{what} after {age:.0f} s"


def nothing_is_given_up(evidence: Evidence) -> Iterator[Fault]:
    """No more dead letters than are allowed."""
    dead = list(dead_letters(evidence))
    yield from dead if len(dead) > evidence.terms.dead_letters else ()


def nothing_goes_on_for_ever(evidence: Evidence) -> Iterator[Fault]:
    """Whatever is at its end is left alone by workers, from the same commit on."""
    for order in evidence.orders:
        if order.due_at is not None and order.state in FINAL:
            yield order.id, f"order is {order.state}, and still due"
        for refund in order.refunds:
            if refund.due_at is not None and refund.state in REFUNDED:
                yield order.id, f"refund {refund.id} is {refund.state}, and still due"
    events: tuple[OutboxMessage | InboxMessage, ...] = (*evidence.outbox, *evidence.inbox)
    for event in events:
        if event.due_at is not None and event.state in SETTLED:
            yield event.subject_id, f"{event.event_type} of {event.service} is {event.state}, and still due"
    for message in evidence.notifications:
        if message.due_at is not None and message.status in SENT:
            yield f"message {message.id}", f"{message.kind} by {message.channel} is {message.status}, and still due"


def nothing_is_stranded(evidence: Evidence) -> Iterator[Fault]:
    """No work is due so far ahead that only a clock that was wrong can have put it there."""
    for thing, what, due_at in _due_work(evidence):
        if due_at is not None and (ahead := due_at - evidence.taken_at) > evidence.terms.longest_wait:
            yield thing, f"{what} is due in {ahead:.0f} s"


def nothing_is_orphaned(evidence: Evidence) -> Iterator[Fault]:
    """The neighbours know of no order that order_service does not."""
    for reservation in evidence.reservations:
        if reservation.order_id not in evidence.order:
            yield reservation.order_id, f"its reservation is {reservation.state}, but there is no such order"
    for payment_id, entries in evidence.ledger.items():
        if payment_id not in evidence.order_of_payment:
            kinds = ", ".join(entry.kind for entry in entries)
            yield f"payment {payment_id}", f"is {kinds}, but belongs to no order"


def _open_orders(evidence: Evidence) -> Iterator[Work]:
    for order in evidence.orders:
        if order.state not in FINAL:
            yield order.id, f"order is {order.state}", order.created_at
        for refund in order.refunds:
            if refund.state not in REFUNDED:
                yield order.id, f"refund {refund.id} is {refund.state}", refund.created_at


def _due_work(evidence: Evidence) -> Iterator[tuple[str, str, float | None]]:
    """All that workers come to: its name, what it is, and when it is due."""
    for order in evidence.orders:
        yield order.id, "order", order.due_at
        yield from ((order.id, f"refund {refund.id}", refund.due_at) for refund in order.refunds)
    events: tuple[OutboxMessage | InboxMessage, ...] = (*evidence.outbox, *evidence.inbox)
    for event in events:
        yield event.subject_id, f"{event.event_type} of {event.service}", event.due_at
    for message in evidence.notifications:
        yield f"message {message.id}", f"{message.kind} by {message.channel}", message.due_at


def _overstayed_holds(evidence: Evidence) -> Iterator[Work]:
    for reservation in evidence.reservations:
        until = reservation.expires_at or 0.0
        if reservation.state == "held" and until < evidence.taken_at:
            yield reservation.order_id, "hold has expired, and is not given up", until


def _open_events(evidence: Evidence) -> Iterator[Work]:
    for event in evidence.outbox:
        if event.state not in SETTLED:
            yield event.subject_id, f"{event.event_type} is not delivered to {event.subscriber}", event.created_at
    for heard in evidence.inbox:
        if heard.state not in SETTLED:
            yield heard.subject_id, f"{heard.service} has not acted on {heard.event_type}", heard.received_at


L1 = Property(
    "L1",
    "what was begun is finished in time; nothing is orphaned",
    "pieces of work",
    lambda evidence: (
        sum(1 + len(order.refunds) for order in evidence.orders)
        + len(evidence.reservations)
        + len(evidence.outbox)
        + len(evidence.inbox)
        + len(evidence.notifications)
    ),
    (nothing_is_overdue, nothing_is_given_up, nothing_goes_on_for_ever, nothing_is_stranded, nothing_is_orphaned),
)
