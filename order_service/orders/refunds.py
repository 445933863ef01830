"""Paying money back. PlaceOrder's saga ends before it: a refund is a piece of work of its own."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from chassis.call import Caller
from chassis.idempotency.once import RequestIdReused
from orders import errors, events
from orders.models import Order, Refund
from orders.saga import State
from orders.values import Money
from orders.world import Payments

log = structlog.get_logger("orders.refunds")

BATCH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What staff ask for."""

    request_id: UUID
    order_id: UUID
    amount: Money | None  # None: all that is left.
    note: str


def refund_order(*, caller: Caller, wish: Wish, payments: Payments) -> Order:
    """Pay money of an order back. Repeating a `request_id` pays back once, and gives the order as it is now.

    Raises OrderNotFound, OrderNotRefundable, RefundRefused, and RequestIdReused if the same `request_id` came before
    with other values. Stock does not come back: that is for whoever receives the goods.
    """
    refund = _ask(caller, wish)
    # Claimed, so that a repeat at the same moment does not do it too.
    if refund.claim(timedelta(seconds=settings.LEASE)):
        pay_back(refund, payments)
    if refund.state == Refund.State.REFUSED:
        raise errors.RefundRefused(refund.last_error)
    return Order.objects.get(id=wish.order_id)


def pay_back(refund: Refund, payments: Payments) -> None:
    """Ask the provider, and store what it says. An unknown answer leaves the refund to the worker."""
    try:
        payments.refund(refund.order.payment_id, refund.id, refund.amount)
    except errors.RefundRefused as refusal:
        refund.finish(state=Refund.State.REFUSED, last_error=str(refusal))
    # Whatever went wrong, nobody knows what the provider did: it is asked again, by the same key.
    except Exception as error:  # noqa: BLE001
        log.warning("refund.unknown", refund_id=str(refund.id), error=repr(error))
        refund.postpone(repr(error))
    else:
        _paid_back(refund)


def recover_refunds(payments: Payments) -> int:
    """Go on with refunds whose time has come; a task of the worker. Returns how many this process took on."""
    taken = 0
    for refund in Refund.objects.select_related("order").due(BATCH):
        if refund.claim(timedelta(seconds=settings.LEASE)):
            taken += 1
            pay_back(refund, payments)
    return taken


def _asked_before(caller: Caller, wish: Wish) -> Refund | None:
    refund = Refund.objects.filter(asked_by=caller.subject, request_id=wish.request_id).first()
    if refund and (refund.order_id, refund.asked_minor, refund.note) != _values(wish):
        raise RequestIdReused
    return refund


def _values(wish: Wish) -> tuple[UUID, int | None, str]:
    return wish.order_id, wish.amount.minor if wish.amount else None, wish.note


def _ask(caller: Caller, wish: Wish) -> Refund:
    """Store the intent, before the provider does anything."""
    with transaction.atomic(durable=True):
        # Locked, so that refunds asked for at once cannot come to more than was paid, and the same one is asked once.
        order = Order.objects.select_for_update().filter(id=wish.order_id).first()
        if order is None:
            raise errors.OrderNotFound
        return _asked_before(caller, wish) or order.refunds.create(
            asked_by=caller.subject,
            request_id=wish.request_id,
            asked_minor=_values(wish)[1],
            amount_minor=_amount(order, wish.amount),
            note=wish.note,
        )


def _amount(order: Order, asked: Money | None) -> int:
    if order.state != State.PAID:
        raise errors.OrderNotRefundable("The order is not paid.")
    given = order.refunds.exclude(state=Refund.State.REFUSED).values_list("amount_minor", flat=True)
    left = order.total.minor - sum(given)
    amount = asked or Money(order.currency, left)
    if amount.currency != order.currency or not 0 < amount.minor <= left:
        raise errors.OrderNotRefundable(
            f"{left} minor units of {order.currency} are left to be paid back.",
            metadata={"left_minor_units": str(left), "currency_code": order.currency},
        )
    return amount.minor


def _paid_back(refund: Refund) -> None:
    """Store that the money went back and announce it, in one commit; once, whoever was asked twice."""
    with transaction.atomic(durable=True):
        if not refund.finish(state=Refund.State.DONE, last_error=""):
            return
        Order.objects.filter(id=refund.order_id).update(
            refunded_minor=F("refunded_minor") + refund.amount_minor, version=F("version") + 1, updated_at=Now()
        )
        events.order_refunded(refund)
    log.info("refund.done", refund_id=str(refund.id), order_id=str(refund.order_id))
