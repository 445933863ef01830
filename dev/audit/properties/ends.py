"""S3 and S4: what paid and cancelled orders have at the neighbours."""

from collections import Counter
from collections.abc import Iterator

from dev.audit.evidence import Evidence, Line, Order
from dev.audit.properties.declared import Fault, Property
from dev.audit.properties.money import amount, net
from dev.audit.properties.stock import ENDED, LIVE
from orders.saga import State

MAY_BE_CAPTURED = (State.CAPTURING, State.PAID)


def paid_is_captured(evidence: Evidence) -> Iterator[Fault]:
    """The provider has the money of paid orders, and what is left of it is what the order says."""
    for order in settled(evidence, State.PAID):
        has, left = net(evidence, order), (order.total_minor or 0) - order.refunded_minor
        # Of an order that costs nothing, the provider need not know.
        if order.total_minor and not evidence.happened(order.payment_id, "captured"):
            yield order.id, "is paid, but nothing is captured"
        elif has != left and not any(refund.state == State.REFUNDING for refund in order.refunds):
            yield order.id, f"the provider has {has} of its money, but {left} are left of what was paid"


def captured_is_paid(evidence: Evidence) -> Iterator[Fault]:
    """The provider has the money of no other orders, but for those that are about to store so."""
    for order in evidence.orders:
        # Of a cancelled order, S4 speaks.
        if order.state not in (*MAY_BE_CAPTURED, State.CANCELLED) and evidence.happened(order.payment_id, "captured"):
            yield order.id, f"its payment is captured, but it is {order.state}"


def refunds_add_up(evidence: Evidence) -> Iterator[Fault]:
    """What an order says was paid back is what its refunds come to."""
    for order in evidence.orders:
        done = sum(refund.amount_minor for refund in order.refunds if refund.state == State.REFUNDED)
        if done != order.refunded_minor:
            yield order.id, f"{order.refunded_minor} are said to be paid back, but its refunds come to {done}"
        if order.refunds and order.state != State.PAID:
            yield order.id, f"has refunds, but is {order.state}"


def refunds_are_made(evidence: Evidence) -> Iterator[Fault]:
    """The provider knows every refund that is done."""
    made = {entry.refund_id for entry in evidence.payments if entry.kind == "refunded"}
    for order in settled(evidence, State.PAID):
        for refund in order.refunds:
            if refund.state == State.REFUNDED and refund.id not in made:
                yield order.id, f"refund {refund.id} is done, but the provider does not know it"


def paid_is_confirmed(evidence: Evidence) -> Iterator[Fault]:
    """The stock of a paid order is its own for good."""
    for order in settled(evidence, State.PAID):
        reservation = evidence.reservation.get(order.id)
        if reservation is None:
            yield order.id, "is paid, but nothing ever was reserved for it"
        elif reservation.state != "confirmed":
            yield order.id, f"is paid, but its reservation is {reservation.state}"


def priced_as_reserved(evidence: Evidence) -> Iterator[Fault]:
    """An order that has a price has the lines, the prices and the total of its reservation."""
    for order in evidence.orders:
        reservation = evidence.reservation.get(order.id)
        if reservation is None or order.total_minor is None or order.id in evidence.moving:
            continue
        if Counter(order.lines) != Counter(reservation.lines):
            yield order.id, f"has {_listed(order.lines)}, but reserved are {_listed(reservation.lines)}"
        total = amount(order.total_minor, order.currency)
        reserved = amount(reservation.total_minor, reservation.currency)
        if total != reserved:
            yield order.id, f"costs {total}, but is reserved for {reserved}"


def reservations_add_up(evidence: Evidence) -> Iterator[Fault]:
    """An order has one reservation, which costs what its lines cost, and if it is live has some."""
    for order_id, count in Counter(reservation.order_id for reservation in evidence.reservations).items():
        if count > 1:
            yield order_id, f"has {count} reservations"
    for reservation in evidence.reservations:
        total = sum(line.quantity * (line.unit_price_minor or 0) for line in reservation.lines)
        if total != reservation.total_minor:
            yield reservation.order_id, f"is reserved for {reservation.total_minor}, but its lines come to {total}"
        if reservation.state in LIVE and not reservation.lines:
            yield reservation.order_id, f"its reservation is {reservation.state}, but has no lines"


def cancelled_costs_nothing(evidence: Evidence) -> Iterator[Fault]:
    """The provider neither has money of a cancelled order nor keeps any aside."""
    for order in settled(evidence, State.CANCELLED):
        kinds = {entry.kind for entry in evidence.ledger.get(order.payment_id, ())}
        if has := net(evidence, order):
            yield order.id, f"is cancelled, but the provider has {has} of its money"
        if "authorized" in kinds and not kinds & {"captured", "voided"}:
            yield order.id, "is cancelled, but its payment is still set aside: neither captured nor voided"


def cancelled_holds_nothing(evidence: Evidence) -> Iterator[Fault]:
    """A cancelled order has no stock, and a note that it may not have any."""
    for order in settled(evidence, State.CANCELLED):
        reservation = evidence.reservation.get(order.id)
        if reservation is None:
            yield order.id, "is cancelled, but nothing keeps a late reserve from holding stock for it"
        elif reservation.state not in ENDED:
            yield order.id, f"is cancelled, but its reservation is {reservation.state}"


def settled(evidence: Evidence, state: State) -> Iterator[Order]:
    """The orders in a final state that were there before their neighbours were looked at."""
    return (order for order in evidence.orders if order.state == state and order.id not in evidence.moving)


def _listed(lines: tuple[Line, ...]) -> str:
    told = sorted(f"{line.quantity} of {line.product_id} at {line.unit_price_minor}" for line in lines)
    return ", ".join(told) or "no lines"


def _count(evidence: Evidence, state: State) -> int:
    return sum(order.state == state for order in evidence.orders)


S3 = Property(
    "S3",
    "what is paid is captured, and kept in stock at its price",
    "paid orders",
    lambda evidence: _count(evidence, State.PAID),
    (
        paid_is_captured,
        captured_is_paid,
        refunds_add_up,
        refunds_are_made,
        paid_is_confirmed,
        priced_as_reserved,
        reservations_add_up,
    ),
)
S4 = Property(
    "S4",
    "what is cancelled costs nothing and holds nothing",
    "cancelled orders",
    lambda evidence: _count(evidence, State.CANCELLED),
    (cancelled_costs_nothing, cancelled_holds_nothing),
)
