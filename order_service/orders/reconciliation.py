"""Compares what a payment provider has written down with the orders, and says what differs. Changes nothing.

What is on its way is no difference: an order or a payment counts once nothing has moved it for the grace.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.utils import timezone

from chassis.money import amount_text
from orders.books import BookedPayment, Books
from orders.differences import Difference, Kind
from orders.models import Order, Refund
from orders.saga import State

BATCH = 500
CLOCKS = timedelta(minutes=10)  # By which the provider's may be behind: a payment is no older than its order.


def differences(books: Books, *, since: datetime, grace: timedelta) -> Iterator[Difference]:
    """What differs in payments and orders begun at `since` or later, and whatever is unfinished."""
    until = timezone.now() - grace
    seen: set[UUID] = set()
    payments = books.payments_since(since - CLOCKS)
    while batch := list(islice(payments, BATCH)):
        seen.update(booked.payment_id for booked in batch)
        yield from _of_payments(batch, until)
    yield from _unseen(seen, since, until)
    yield from _unfinished(until)


def _of_payments(batch: Iterable[BookedPayment], until: datetime) -> Iterator[Difference]:
    ids = [booked.payment_id for booked in batch]
    orders = {order.payment_id: order for order in Order.objects.filter(payment_id__in=ids).prefetch_related("refunds")}
    for booked in batch:
        order = orders.get(booked.payment_id)
        if order is None:
            yield from _of_unknown(booked, until)
        elif order.owes or order.updated_at >= until:
            continue
        elif order.state == State.PAID:
            yield from _of_paid(order, booked)
            yield from _of_refunds(order, booked)
        else:
            yield from _of_cancelled(order, booked)


def _of_unknown(booked: BookedPayment, until: datetime) -> Iterator[Difference]:
    if booked.booked_at < until and (booked.kept_minor or booked.set_aside_minor):
        yield _difference(Kind.UNKNOWN_PAYMENT, None, booked, f"captured {_captured(booked)}, {_set_aside(booked)}")


def _of_paid(order: Order, booked: BookedPayment) -> Iterator[Difference]:
    told = f"total {amount_text(order.currency, order.total_minor)}, captured {_captured(booked)}"
    if not booked.captured_minor and order.total_minor:
        yield _difference(Kind.NOT_CAPTURED, order, booked, told)
    elif (booked.currency, booked.captured_minor) != (order.currency, order.total_minor):
        yield _difference(Kind.WRONG_AMOUNT, order, booked, told)


def _of_cancelled(order: Order, booked: BookedPayment) -> Iterator[Difference]:
    if booked.kept_minor:
        yield _difference(Kind.CHARGED_THOUGH_CANCELLED, order, booked, f"captured {_captured(booked)}")
    if booked.set_aside_minor:
        yield _difference(Kind.STILL_SET_ASIDE, order, booked, _set_aside(booked))


def _of_refunds(order: Order, booked: BookedPayment) -> Iterator[Difference]:
    known = {str(refund.id): refund for refund in order.refunds.all()}
    for refund_id in {*known, *booked.refunds}:
        here, there = _paid_back(known.get(refund_id)), booked.refunds.get(refund_id, 0)
        if here is not None and here != there:
            kind = Kind.REFUND_MISSING if there < here else Kind.REFUND_UNKNOWN
            told = f"here {amount_text(order.currency, here)}, there {amount_text(booked.currency, there)}"
            yield _difference(kind, order, booked, f"refund {refund_id}: {told}")


def _paid_back(refund: Refund | None) -> int | None:
    """What the order counts of it; None while that is on its way."""
    if refund and refund.owes:
        return None
    return refund.amount_minor if refund and refund.state == State.REFUNDED else 0


def _unseen(seen: set[UUID], since: datetime, until: datetime) -> Iterator[Difference]:
    """Paid orders whose payment the provider does not know."""
    paid = Order.objects.filter(state=State.PAID, created_at__gte=since, updated_at__lt=until, total_minor__gt=0)
    for order in paid.iterator():
        if order.payment_id not in seen:
            total = amount_text(order.currency, order.total_minor)
            yield _here(Kind.NOT_CAPTURED, order, f"total {total}, and the provider knows no such payment")


def _unfinished(until: datetime) -> Iterator[Difference]:
    for order in Order.objects.filter(next_attempt_at__isnull=False, updated_at__lt=until):
        yield _here(Kind.UNFINISHED, order, f"owes {order.owes}: {order.last_error}")
    refunds = Refund.objects.filter(next_attempt_at__isnull=False, created_at__lt=until)
    for refund in refunds.select_related("order"):
        yield _here(Kind.UNFINISHED, refund.order, f"refund {refund.id}: {refund.last_error}")


def _difference(kind: Kind, order: Order | None, booked: BookedPayment, detail: str) -> Difference:
    return Difference(
        kind=kind,
        order_id=order.id if order else None,
        payment_id=booked.payment_id,
        reference=booked.reference,
        detail=detail,
    )


def _here(kind: Kind, order: Order, detail: str) -> Difference:
    """One that only the order tells of."""
    return Difference(
        kind=kind,
        order_id=order.id,
        payment_id=order.payment_id,
        reference=order.payment_reference,
        detail=detail,
    )


def _captured(booked: BookedPayment) -> str:
    return amount_text(booked.currency, booked.captured_minor)


def _set_aside(booked: BookedPayment) -> str:
    return f"set aside {amount_text(booked.currency, booked.set_aside_minor)}"
