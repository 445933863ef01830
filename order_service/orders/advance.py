"""Brings an order, or a refund, as far as its neighbours let it. PlaceOrder and the worker both call this."""

import time
from dataclasses import replace

import structlog
from django.db import DatabaseError
from django.utils import timezone

from chassis import call
from chassis.errors import Refusal
from chassis.failpoints import failpoint
from chassis.transactions import committing
from orders import errors, events
from orders.models import Kind, Order, Refund, entry
from orders.saga import Answer, Call, State, step
from orders.values import Attempt, Authorization, Hold
from orders.world import World

log = structlog.get_logger("orders.advance")


def advance(work: Order | Refund, world: World) -> None:
    """Make the call that `work` owes, store what follows, and go on until it is final.

    Stops when an answer is unknown or the time is up, and leaves the work to the worker; stops too when somebody
    else moved it. Each step is stored before the next call. No error gets out: the work is stored, and whoever asks
    for it next learns how it went on.
    """
    while owed := work.owes:
        if call.time_left() <= 0:
            _leave_to_worker(work, "the caller's time is up")
            return
        if not _take_step(work, owed, world):
            return


def _take_step(work: Order | Refund, owed: Call, world: World) -> bool:
    """Whether the work moved."""
    attempt = _attempt(work, owed, world)
    if attempt.answer is Answer.UNKNOWN:
        log.warning("order.step_unknown", **_about(work), call=owed, error=attempt.error)
        _leave_to_worker(work, attempt.error, attempt)
        return False
    try:
        failpoint(f"order.after_{owed}")
        return _record(work, attempt)
    # The answer is not stored: the same call is owed again, and gives the same answer.
    except Exception as error:
        log.exception("order.answer_not_stored", **_about(work), call=owed)
        lost = f"the answer was {attempt.answer}, and was not stored: {error!r}"
        _leave_to_worker(work, lost, replace(attempt, answer=Answer.UNKNOWN, news=None, error=lost))
        return False


def _attempt(work: Order | Refund, owed: Call, world: World) -> Attempt:
    """Make the call. Whatever goes wrong, nobody knows then what the neighbour did."""
    answer, error = Answer.YES, ""
    news: Hold | Authorization | Refusal | None = None
    started_at, started = timezone.now(), time.monotonic()
    try:
        failpoint(f"order.before_{owed}")
        news = _make_call(work, owed, world)
    except errors.REFUSALS as refusal:
        answer, news = Answer.NO, refusal
    except Exception as unknown:  # noqa: BLE001  It is kept, and decides nothing.
        answer, error = Answer.UNKNOWN, repr(unknown)
    return Attempt(
        call=owed,
        answer=answer,
        news=news,
        error=error,
        started_at=started_at,
        milliseconds=round((time.monotonic() - started) * 1000),
        claim=work.attempts,
    )


def _make_call(work: Order | Refund, owed: Call, world: World) -> Hold | Authorization | None:
    if isinstance(work, Refund):
        world.payments.refund(work.order.payment, work.id, work.amount)
        return None
    match owed:
        case Call.RESERVE_STOCK:
            return world.catalog.reserve_stock(work.id, work.asked_lines())
        case Call.AUTHORIZE_PAYMENT:
            return world.payments.authorize(work.payment, work.payment_token)
        case Call.CONFIRM_RESERVATION:
            world.catalog.confirm_reservation(work.id)
        case Call.CAPTURE_PAYMENT:
            world.payments.capture(work.payment)
        case Call.VOID_PAYMENT:
            world.payments.void(work.payment)
        case Call.RELEASE_RESERVATION:
            world.catalog.release_reservation(work.id)
    return None


def _record(work: Order | Refund, attempt: Attempt) -> bool:
    """Move the work and announce it, in one commit. False if somebody else moved it first."""
    following, effects = step(State(work.state), attempt.answer)
    if following == work.state:
        raise RuntimeError(f"{attempt.call} was refused, and an undoing cannot be: {attempt.news!r}")
    # After a failed commit nobody is told of the state, even should it come true.
    with committing(work):
        moved = work.move(following, attempt)
        if moved:
            events.announce(work, effects)
        else:
            work.refresh_from_db()
            entry(work, Kind.OVERTAKEN, because=attempt)
    log.info("order.moved" if moved else "order.overtaken", **_about(work), state=work.state, answer=attempt.answer)
    return moved


def _leave_to_worker(work: Order | Refund, error: str, attempt: Attempt | None = None) -> None:
    """`attempt` is the call that came to nothing; None if there was no time for it."""
    try:
        with committing(work):
            work.postpone(error)
            work.refresh_from_db()
            entry(work, Kind.UNANSWERED if attempt else Kind.LEFT, because=attempt)
    except DatabaseError:
        # The lease runs out by itself, and the worker takes it then.
        log.exception("order.not_postponed", **_about(work))


def _about(work: Order | Refund) -> dict[str, str]:
    if isinstance(work, Refund):
        return {"order_id": str(work.order_id), "refund_id": str(work.id)}
    return {"order_id": str(work.id)}
