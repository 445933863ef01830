"""S2: nobody is charged twice, by the payment provider's own ledger."""

from collections import Counter
from collections.abc import Iterator

from dev.audit.evidence import Evidence, Order, PaymentEntry
from dev.audit.properties.declared import Fault, Property
from orders.saga import State

ONCE = ("authorized", "declined", "captured", "voided")  # Refunds have keys of their own.
WHOLE = ("authorized", "declined", "captured")


def charged_once(evidence: Evidence) -> Iterator[Fault]:
    """Each thing happens to a payment at most once, and no two that exclude each other."""
    for payment_id, entries in evidence.ledger.items():
        name, count = payer(evidence, payment_id), Counter(entry.kind for entry in entries)
        for kind in ONCE:
            if count[kind] > 1:
                yield name, f"its payment is {kind} {count[kind]} times"
        if count["captured"] and count["voided"]:
            yield name, "its payment is both captured and voided"
        if count["captured"] and not count["authorized"]:
            yield name, "its payment is captured, but never was authorized"


def charged_the_total(evidence: Evidence) -> Iterator[Fault]:
    """A payment is the order's total, whole."""
    for payment_id, order in evidence.order_of_payment.items():
        for kind in WHOLE:
            for entry in evidence.happened(payment_id, kind):
                if (entry.amount_minor, entry.currency) != (order.total_minor, order.currency):
                    total = amount(order.total_minor, order.currency)
                    yield order.id, f"{_said(entry)} are {kind}, but its total is {total}"


def payments_are_not_shared(evidence: Evidence) -> Iterator[Fault]:
    """Every order has a payment of its own."""
    for order in evidence.orders:
        if (other := evidence.order_of_payment[order.payment_id]) is not order:
            yield order.id, f"shares its payment {order.payment_id} with order {other.id}"


def refunds_stay_within(evidence: Evidence) -> Iterator[Fault]:
    """No more is paid back than was taken."""
    for payment_id in evidence.ledger:
        taken, back = total(evidence, payment_id, "captured"), total(evidence, payment_id, "refunded")
        if back > taken:
            yield payer(evidence, payment_id), f"{back} are paid back of {taken} captured"


def refunds_are_asked_for(evidence: Evidence) -> Iterator[Fault]:
    """Every refund of the provider's is one of the order's, as the order has it."""
    asked = {refund.id: (order, refund) for order in evidence.orders for refund in order.refunds}
    for entry in _refunds(evidence):
        if entry.refund_id not in asked:
            name = payer(evidence, entry.payment_id)
            yield name, f"{_said(entry)} are paid back by refund {entry.refund_id}, which nobody asked for"
            continue
        order, refund = asked[entry.refund_id]
        due = amount(refund.amount_minor, order.currency)
        if entry.payment_id != order.payment_id:
            yield order.id, f"refund {refund.id} is paid back of a payment that is not its own: {entry.payment_id}"
        if _said(entry) != due:
            yield order.id, f"refund {refund.id} is {due}, but {_said(entry)} are paid back"
        if refund.state == State.REFUND_REFUSED:
            yield order.id, f"refund {refund.id} is refused, but {_said(entry)} are paid back"


def refunds_are_made_once(evidence: Evidence) -> Iterator[Fault]:
    """A refund's id is its key: the provider pays back once for each."""
    payers = {entry.refund_id: payer(evidence, entry.payment_id) for entry in _refunds(evidence)}
    for refund_id, count in Counter(entry.refund_id for entry in _refunds(evidence)).items():
        if count > 1:
            yield payers[refund_id], f"refund {refund_id} is paid back {count} times"


def payer(evidence: Evidence, payment_id: str) -> str:
    """The order that a payment is for; the payment itself if there is none."""
    order = evidence.order_of_payment.get(payment_id)
    return order.id if order else f"payment {payment_id}"


def amount(minor: int | None, currency: str) -> str:
    """As in "1250 EUR", in minor units."""
    return f"{minor} {currency}".strip()


def total(evidence: Evidence, payment_id: str, kind: str) -> int:
    """What the provider's entries of one kind come to."""
    return sum(entry.amount_minor for entry in evidence.happened(payment_id, kind))


def net(evidence: Evidence, order: Order) -> int:
    """What the provider has of an order's money: taken, and not paid back."""
    return total(evidence, order.payment_id, "captured") - total(evidence, order.payment_id, "refunded")


def _refunds(evidence: Evidence) -> Iterator[PaymentEntry]:
    return (entry for entry in evidence.payments if entry.kind == "refunded")


def _said(entry: PaymentEntry) -> str:
    return amount(entry.amount_minor, entry.currency)


S2 = Property(
    "S2",
    "nobody is charged twice, or other than the total",
    "payments",
    lambda evidence: len(evidence.ledger),
    (
        charged_once,
        charged_the_total,
        payments_are_not_shared,
        refunds_stay_within,
        refunds_are_asked_for,
        refunds_are_made_once,
    ),
)
