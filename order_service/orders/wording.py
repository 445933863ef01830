"""What becomes of orders, in words."""

from datetime import datetime, timedelta

from chassis.money import amount_text
from chassis.outbox.models import OutboxMessage
from chassis.stored_event import State as Delivery
from orders.models import Kind, Order, Refund, Status, TimelineEntry
from orders.saga import SAGA, Answer, Call, State
from sandbox.models import LedgerEntry

# A worker that runs has taken up by then what is due.
PATIENCE = timedelta(seconds=10)

YES = {
    Call.RESERVE_STOCK: "the stock is held",
    Call.AUTHORIZE_PAYMENT: "the money is set aside",
    Call.CONFIRM_RESERVATION: "the stock stays held",
    Call.CAPTURE_PAYMENT: "the order is paid",
    Call.VOID_PAYMENT: "no money is set aside",
    Call.RELEASE_RESERVATION: "no stock is held, the order is cancelled",
    Call.REFUND_PAYMENT: "the money is paid back",
}


def happened(entry: TimelineEntry) -> str:
    """What an entry says, as in "reserve_stock: no, OUT_OF_STOCK"."""
    match Kind(entry.kind):
        case Kind.PLACED:
            return "the order was placed"
        case Kind.ANSWERED if entry.answer == Answer.NO:
            return f"{entry.call}: no, {entry.reason}"
        case Kind.ANSWERED:
            return f"{entry.call}: yes, {YES[Call(entry.call)]}"
        case Kind.UNANSWERED:
            return f"{entry.call}: no clear answer"
        case Kind.OVERTAKEN:
            return f"{entry.call}: {entry.answer}, but somebody else had gone on without it"
        case Kind.LEFT:
            return f"{SAGA[State(entry.state)].owes}: there was no time left for it"
        case Kind.TAKEN_UP:
            return f"a worker took {_name(entry.refund)} up (attempt {entry.attempt})"
        case Kind.CALLED_OFF:
            return "the staff called it off" if entry.reason == "CANCELLED_BY_STAFF" else "the customer called it off"
        case Kind.REFUND_ASKED:
            return f"{_name(entry.refund)} was asked for"


def lost(call: Call) -> str:
    """What is known of a call whose process died."""
    return f"{call}: nobody lived to hear the answer"


def omitted(entry: TimelineEntry, count: int) -> str:
    """What stands for entries that are left out before `entry`."""
    return f"left out here, of {_name(entry.refund)} at {entry.state}: {count}"


def announced(message: OutboxMessage) -> str:
    """An event, and how far it has come."""
    match message.state:
        case Delivery.DONE:
            return f"{message.event_type} was announced, and delivered"
        case Delivery.DEAD:
            return f"{message.event_type} was announced, and given up after {message.refusals} refusals"
    return f"{message.event_type} was announced, and is not delivered after {message.attempts} attempts"


def in_ledger(entry: LedgerEntry) -> str:
    """What the provider wrote down."""
    amount = amount_text(entry.currency, entry.amount_minor) if entry.amount_minor else ""
    return " ".join(filter(None, ["the provider's ledger:", entry.kind, amount, entry.reason]))


def standing(order: Order) -> str:
    """Where an order stands, as in "pending at capturing"."""
    match order.status:
        case Status.PENDING:
            return f"pending at {order.state}"
        case Status.CANCELLED:
            return f"cancelled, {order.cancel_reason}"
        case Status.REFUNDED:
            return "paid, and all of it paid back"
    back = order.refunded_minor
    return f"paid, and {amount_text(order.currency, back)} of it paid back" if back else "paid"


def owing(order: Order, now: datetime) -> list[str]:
    """What the order and its refunds owe, each that is not final, when that is tried next, and what went wrong."""
    works: list[Order | Refund] = [order, *order.refunds.order_by("created_at")]
    return [_owing(work, now) + (f" ({work.last_error})" if work.last_error else "") for work in works if work.owes]


def span(length: timedelta) -> str:
    """A length of time, as exactly as a person cares."""
    seconds = length.total_seconds()
    for unit, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.1f} seconds"


def after(length: timedelta) -> str:
    """A length of time in a column of such, as in "+0:00:02.013"; hours go on beyond a day."""
    milliseconds = round(length / timedelta(milliseconds=1))
    minutes, rest = divmod(abs(milliseconds), 60_000)
    return f"{'-' if milliseconds < 0 else '+'}{minutes // 60}:{minutes % 60:02}:{rest / 1000:06.3f}"


def _owing(work: Order | Refund, now: datetime) -> str:
    owed, following = f"{_name(work)} owes {work.owes}", f"attempt {work.attempts + 1}"
    if work.next_attempt_at is None:
        return f"{owed}, and nobody is to make it"
    wait, last = work.next_attempt_at - now, work.timeline.last()
    if wait < -PATIENCE:
        return f"{owed}: {following} has been due for {span(-wait)}, is a worker running?"
    if wait < timedelta(0):
        return f"{owed}: {following} is due now"
    if last and last.kind in (Kind.UNANSWERED, Kind.LEFT):
        return f"{owed}: {following} is due in {span(wait)}"
    return f"{owed}: somebody is at it, or has died and {following} follows in {span(wait)}"


def _name(work: Order | Refund | None) -> str:
    if not isinstance(work, Refund):
        return "the order"
    return f"the refund of {amount_text(work.amount.currency, work.amount.minor)}"
