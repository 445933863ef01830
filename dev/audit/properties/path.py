"""S8: an order's timeline is a walk through the saga's table, and nobody did what the walk never owed."""

from collections.abc import Iterator, Mapping

from dev.audit.evidence import Evidence, Order, Transition
from dev.audit.properties.declared import Fault, Property
from orders.saga import SAGA, Call, State

OWING = {row.owes: state for state, row in SAGA.items()}  # The state in which a call is due.

# What a call makes of a payment or of a reservation.
EFFECTS = {
    "authorized": Call.AUTHORIZE_PAYMENT,
    "declined": Call.AUTHORIZE_PAYMENT,
    "captured": Call.CAPTURE_PAYMENT,
    "voided": Call.VOID_PAYMENT,
    "confirmed": Call.CONFIRM_RESERVATION,
    "released": Call.RELEASE_RESERVATION,
}

OF_PAYMENTS = (Call.AUTHORIZE_PAYMENT, Call.CAPTURE_PAYMENT, Call.VOID_PAYMENT)

# What there must be after an answer. What was confirmed may be released since.
ANSWERED: Mapping[tuple[str, str], tuple[str, ...]] = {
    (Call.RESERVE_STOCK, "yes"): ("reserved",),
    (Call.AUTHORIZE_PAYMENT, "yes"): ("authorized",),
    (Call.AUTHORIZE_PAYMENT, "no"): ("declined", "voided"),
    (Call.CONFIRM_RESERVATION, "yes"): ("confirmed", "released"),
    (Call.CAPTURE_PAYMENT, "yes"): ("captured",),
    (Call.VOID_PAYMENT, "yes"): ("voided",),
    (Call.RELEASE_RESERVATION, "yes"): ("released", "expired"),
}


def versions_are_gap_free(evidence: Evidence) -> Iterator[Fault]:
    """Each version of an order has one entry, from the first to the last."""
    for order in evidence.orders:
        found = [entry.version for entry in order.timeline]
        if found != list(range(1, order.version + 1)):
            yield order.id, f"is at version {order.version}, but its timeline has the versions {found}"


def moves_are_the_tables(evidence: Evidence) -> Iterator[Fault]:
    """An order begins at the beginning, and moves as the table says, each time from where it stood."""
    for order in evidence.orders:
        stands = ""
        for entry in order.timeline:
            if entry.refund_id is not None:
                continue
            if entry.state_before != stands:
                yield order.id, f"{_told(entry)}, but it was {stands or 'nothing'}"
            elif not (_is_in_table(entry) if stands else _is_first(entry)):
                yield order.id, f"{_told(entry)}, which the saga's table does not have"
            stands = entry.state
        if stands != order.state:
            yield order.id, f"is {order.state}, but its timeline ends with {stands}"


def refunds_move_once(evidence: Evidence) -> Iterator[Fault]:
    """A refund that is over has one entry, of the step that ended it, and it came after the payment."""
    for order in evidence.orders:
        moves = {refund.id: [e for e in order.timeline if e.refund_id == refund.id] for refund in order.refunds}
        for refund in order.refunds:
            ends = [entry.state for entry in moves[refund.id]]
            if ends != ([refund.state] if refund.state not in SAGA else []):
                yield order.id, f"refund {refund.id} is {refund.state}, but its timeline has {ends}"
        for entry in order.timeline:
            if entry.refund_id is not None and entry.refund_id not in moves:
                yield order.id, f"its timeline has a refund {entry.refund_id}, which it does not have"
            elif entry.refund_id is not None and not _is_in_table(entry):
                yield order.id, f"a refund {_told(entry)}, which the saga's table does not have"
        yield from _refunded_unpaid(order)


def nothing_was_done_unowed(evidence: Evidence) -> Iterator[Fault]:
    """The neighbours did nothing for an order before it stood where that is owed."""
    for order in evidence.orders:
        stood = {entry.state for entry in order.timeline}
        reservation = evidence.reservation.get(order.id)
        done = [entry.kind for entry in evidence.ledger.get(order.payment_id, ())]
        for effect in [*done, *([reservation.state] if reservation else [])]:
            if effect in EFFECTS and OWING[EFFECTS[effect]] not in stood:
                yield order.id, f"{effect} before it was {OWING[EFFECTS[effect]]}"


def answers_are_true(evidence: Evidence) -> Iterator[Fault]:
    """What a neighbour is said to have answered, it did."""
    for order in evidence.orders:
        if order.id in evidence.moving:
            continue
        reservation = evidence.reservation.get(order.id)
        done = {entry.kind for entry in evidence.ledger.get(order.payment_id, ())}
        if reservation:
            done |= {reservation.state, *(["reserved"] if reservation.lines else [])}
        for entry in order.timeline:
            due = ANSWERED.get((entry.call, entry.answer))
            if order.total_minor == 0 and entry.call in OF_PAYMENTS:
                continue  # There is nothing to charge, and the provider is not asked.
            if due and not done & set(due):
                yield order.id, f"{_told(entry)}, but nothing is {' or '.join(due)}"


def _refunded_unpaid(order: Order) -> Iterator[Fault]:
    paid = False
    for entry in order.timeline:
        if entry.refund_id is not None and not paid:
            yield order.id, f"refund {entry.refund_id} is {entry.state} before the order is paid"
        paid = paid or entry.state == State.PAID


def _is_first(entry: Transition) -> bool:
    return (entry.kind, entry.state, entry.call, entry.answer) == ("placed", State.RESERVING, "", "")


def _is_in_table(entry: Transition) -> bool:
    row = SAGA.get(State(entry.state_before)) if entry.state_before in SAGA else None
    if row is None:
        return False
    by_answer = {"yes": row.on_yes, "no": row.on_no, "": row.on_cancel}
    owes = row.owes if entry.answer else ""
    return entry.call == owes and entry.state == by_answer.get(entry.answer)


def _told(entry: Transition) -> str:
    why = f"{entry.call}: {entry.answer}" if entry.answer else entry.kind
    return f"goes from {entry.state_before or 'nothing'} to {entry.state} ({why})"


S8 = Property(
    "S8",
    "an order moves as the saga's table says, version by version",
    "transitions",
    lambda evidence: sum(len(order.timeline) for order in evidence.orders),
    (versions_are_gap_free, moves_are_the_tables, refunds_move_once, nothing_was_done_unowed, answers_are_true),
)
