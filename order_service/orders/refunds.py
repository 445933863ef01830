"""Paying money back: each refund is a piece of work of its own, and walks the saga's table by itself."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from chassis.call import Caller
from chassis.failpoints import failpoint
from chassis.idempotency.once import RequestIdReused
from orders import errors
from orders.advance import advance
from orders.models import Kind, Order, Refund, entry
from orders.saga import State
from orders.values import Money
from orders.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What staff ask for."""

    request_id: UUID
    order_id: UUID
    amount: Money | None  # None: the remainder, all that is left.
    note: str


def refund_order(*, caller: Caller, wish: Wish, world: World) -> Order:
    """Pay money of an order back. Repeating a `request_id` pays back once, and gives the order as it is now.

    Raises OrderNotFound, OrderNotRefundable, CurrencyMismatch, RefundRefused, and RequestIdReused if the same
    `request_id` came before with other values. Stock does not come back: that is for whoever receives the goods.
    """
    refund = _ask(caller, wish)
    # Claimed, so that a repeat at the same moment does not do it too.
    if refund.claim(timedelta(seconds=settings.LEASE)):
        advance(refund, world)
    if refund.state == State.REFUND_REFUSED:
        raise errors.RefundRefused(refund.last_error)
    return Order.objects.get(id=wish.order_id)


def _asked_before(caller: Caller, wish: Wish) -> Refund | None:
    refund = Refund.objects.filter(asked_by=caller.subject, request_id=wish.request_id).first()
    if refund and (refund.order_id, refund.asked, refund.note) != (wish.order_id, wish.amount, wish.note):
        raise RequestIdReused
    return refund


def _ask(caller: Caller, wish: Wish) -> Refund:
    """Store the intent, before the provider does anything."""
    with transaction.atomic(durable=True):
        # Locked, so that refunds asked for at once cannot come to more than was paid, and the same one is asked once.
        order = Order.objects.select_for_update().filter(id=wish.order_id).first()
        if order is None:
            raise errors.OrderNotFound
        return _asked_before(caller, wish) or _store(order, caller, wish)


def _store(order: Order, caller: Caller, wish: Wish) -> Refund:
    refund = order.refunds.create(
        asked_by=caller.subject,
        request_id=wish.request_id,
        asked_minor=wish.amount.minor if wish.amount else None,
        amount_minor=_amount(order, wish.amount),
        note=wish.note,
    )
    entry(refund, Kind.REFUND_ASKED)
    failpoint("order.storing_refund")
    return refund


def _amount(order: Order, asked: Money | None) -> int:
    if order.state != State.PAID:
        raise errors.OrderNotRefundable("The order is not paid.")
    if asked and asked.currency != order.currency:
        raise errors.CurrencyMismatch(
            f"The order was paid in {order.currency}, not in {asked.currency}.",
            metadata={"currency_code": order.currency},
        )
    given = order.refunds.exclude(state=State.REFUND_REFUSED).values_list("amount_minor", flat=True)
    left = order.total.minor - sum(given)
    amount = asked.minor if asked else left
    if not 0 < amount <= left:
        raise errors.OrderNotRefundable(
            f"{left} minor units of {order.currency} are left to be paid back.",
            metadata={"left_minor_units": str(left), "currency_code": order.currency},
        )
    return amount
