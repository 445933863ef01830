"""What can be done with orders."""

import json
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from chassis.call import Caller
from chassis.failpoints import failpoint
from chassis.idempotency.once import RequestIdReused
from chassis.transactions import committing
from orders import errors, events
from orders.advance import advance
from orders.models import Kind, Order, OrderLine, Status, entry, standing_at
from orders.saga import SAGA, State
from orders.values import Cancellation, Line
from orders.world import Users, World

# Where there is nothing left to call off.
UNDONE = (State.VOIDING, State.RELEASING, State.CANCELLED)


def place_order(
    *,
    caller: Caller,
    request_id: UUID,
    user_id: UUID | None,
    lines: Sequence[Line],
    payment_token: str,
    users: Users,
    world: World,
) -> Order:
    """Place an order, and bring it as far as the time allows. `user_id` None means the caller buys.

    Repeating a `request_id` returns the order that it first placed, as it is now. Raises the refusal that undid the
    order, also when repeated; RequestIdReused if the same `request_id` came before with other values.
    """
    buyer = user_id or caller.subject
    if buyer != caller.subject and not caller.is_staff:
        raise errors.BuyerNotAllowed
    asked = _fingerprint(buyer, lines, payment_token)
    order = _placed_before(caller, request_id, asked)
    if order is None:
        failpoint("order.before_validate")
        users.validate(buyer, caller)
        failpoint("order.after_validate")
        order, ours = _store(caller, request_id, asked, buyer, lines, payment_token)
        failpoint("order.stored")
        if ours:
            advance(order, world)
    return _unless_refused(order)


def cancel_order(*, caller: Caller, order_id: UUID, world: World) -> Order:
    """Call an order off, and undo it as far as the time allows. One that is undone already stays so.

    Raises OrderNotFound, and OrderNotCancellable once the order is paid or may be.
    """
    order = get_order(caller=caller, order_id=order_id)
    by_staff = order.user_id != caller.subject
    wish = Cancellation("CANCELLED_BY_STAFF" if by_staff else "CANCELLED_BY_CUSTOMER")
    # Whoever brings the order forward may be faster, some states in a row.
    while order.state not in UNDONE:
        undoing = SAGA[State(order.state)].on_cancel if order.owes else None
        if undoing is None:
            raise errors.OrderNotCancellable
        failpoint("order.before_cancel")
        with committing(order):
            moved = order.move(undoing, wish)
        if moved:
            advance(order, world)
            return order
        order.refresh_from_db()
    return order


def get_order(*, caller: Caller, order_id: UUID) -> Order:
    """One order of the caller's, or for staff any. Raises OrderNotFound."""
    order = visible_orders(caller).filter(id=order_id).first()
    if order is None:
        raise errors.OrderNotFound
    return order


def list_orders(*, caller: Caller, status: Status | None, user_id: UUID | None) -> QuerySet[Order]:
    """The orders that the caller may see, that stand at `status` (None: anywhere), of `user_id` (None: anybody)."""
    orders = visible_orders(caller)
    if user_id:
        orders = orders.filter(user_id=user_id)
    return orders.filter(standing_at(status)) if status else orders


def visible_orders(caller: Caller) -> QuerySet[Order]:
    """Whose order it is, is part of the query: another's looks exactly like a missing one."""
    orders = Order.objects.prefetch_related("lines")
    return orders if caller.is_staff else orders.filter(user_id=caller.subject)


def _fingerprint(buyer: UUID, lines: Sequence[Line], payment_token: str) -> str:
    values = [str(buyer), sorted((str(line.product_id), line.quantity) for line in lines), payment_token]
    return salted_hmac("orders.place_order", json.dumps(values), algorithm="sha256").hexdigest()


def _placed_before(caller: Caller, request_id: UUID, asked: str) -> Order | None:
    order = Order.objects.filter(placed_by=caller.subject, request_id=request_id).first()
    if order and order.fingerprint != asked:
        raise RequestIdReused
    return order


def _store(
    caller: Caller, request_id: UUID, asked: str, buyer: UUID, lines: Sequence[Line], payment_token: str
) -> tuple[Order, bool]:
    """Store the intent, before any neighbour does anything. Of two that race, one finds the other's order: False."""
    order = Order(
        placed_by=caller.subject,
        request_id=request_id,
        fingerprint=asked,
        user_id=buyer,
        payment_token=payment_token,
        # The worker keeps away while this call is at it.
        next_attempt_at=Now() + timedelta(seconds=settings.LEASE),
    )
    try:
        with transaction.atomic(durable=True):
            order.save(force_insert=True)
            OrderLine.objects.bulk_create(
                OrderLine(order=order, position=position, product_id=line.product_id, quantity=line.quantity)
                for position, line in enumerate(lines)
            )
            entry(order, Kind.PLACED, version=order.version)
            events.order_placed(order)
            failpoint("order.storing")
    except IntegrityError:
        if other := _placed_before(caller, request_id, asked):
            return other, False
        raise
    return order, True


def _unless_refused(order: Order) -> Order:
    refusal = errors.undoing(order.cancel_reason) if order.state == State.CANCELLED else None
    if refusal:
        raise refusal(order.cancel_message, metadata={**order.cancel_metadata, "order_id": str(order.id)})
    return order
