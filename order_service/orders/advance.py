"""Brings an order as far as its neighbours let it. PlaceOrder and the worker both call this."""

import structlog
from django.db import DatabaseError, transaction

from chassis import call
from chassis.errors import Refusal
from orders import errors, events
from orders.models import Order
from orders.saga import Answer, Call, State, step
from orders.values import Hold
from orders.world import World

log = structlog.get_logger("orders.advance")


def advance(order: Order, world: World) -> None:
    """Make the call that `order` owes, store what follows, and go on until it is final.

    Stops when an answer is unknown or the time is up, and leaves the order to the worker; stops too when somebody
    else moved the order. Each step is stored before the next call. No error gets out: the order is stored, and
    whoever asks for it next learns how it went on.
    """
    while order.owes:
        if call.time_left() <= 0:
            _leave_to_worker(order, "the caller's time is up")
            return
        if not _take_step(order, world):
            return


def _take_step(order: Order, world: World) -> bool:
    """Whether the order moved."""
    try:
        answer, news = _ask(order, world)
        return _record(order, answer, news)
    # Whatever went wrong, nobody knows what the neighbour did: the same call is owed again.
    except Exception as error:  # noqa: BLE001
        log.warning("order.step_unknown", order_id=str(order.id), call=order.owes, error=repr(error))
        _leave_to_worker(order, repr(error))
        return False


def _ask(order: Order, world: World) -> tuple[Answer, Hold | Refusal | None]:
    try:
        return Answer.YES, _make_call(order, world)
    except errors.UNDOING as refusal:
        return Answer.NO, refusal


def _make_call(order: Order, world: World) -> Hold | None:
    match order.owes:
        case Call.RESERVE_STOCK:
            return world.catalog.reserve_stock(order.id, order.asked_lines())
        case Call.AUTHORIZE_PAYMENT:
            world.payments.authorize(order.payment_id, order.payment_token, order.total)
        case Call.CONFIRM_RESERVATION:
            world.catalog.confirm_reservation(order.id)
        case Call.CAPTURE_PAYMENT:
            world.payments.capture(order.payment_id)
        case Call.VOID_PAYMENT:
            world.payments.void(order.payment_id)
        case Call.RELEASE_RESERVATION:
            world.catalog.release_reservation(order.id)
    return None


def _record(order: Order, answer: Answer, news: Hold | Refusal | None) -> bool:
    """Move the order and announce it, in one commit. False if somebody else moved it first."""
    following, effects = step(State(order.state), answer)
    if following == order.state:
        raise RuntimeError(f"{order.owes} was refused, and an undoing cannot be: {news!r}")
    with transaction.atomic(durable=True):
        if not order.move(following, news):
            return False
        events.announce(order, effects)
    log.info("order.moved", order_id=str(order.id), state=following, answer=answer)
    return True


def _leave_to_worker(order: Order, error: str) -> None:
    try:
        order.postpone(error)
    except DatabaseError:
        # The order's lease runs out by itself, and the worker takes it then.
        log.exception("order.not_postponed", order_id=str(order.id))
