"""The life of one order: what it went through, what was announced, and what the payment provider wrote down."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import merge
from operator import attrgetter
from uuid import UUID

from chassis.call import Caller
from chassis.outbox.models import OutboxMessage
from orders.models import Kind, Order, TimelineEntry
from orders.moments import Moment, of_death, of_entry, of_event, of_gap, of_ledger
from orders.operations import get_order
from sandbox.models import LedgerEntry

# How many of the entries at one state are told. Only what is tried for long has more, and they are all alike.
FIRST, LAST = 10, 10

# Whoever wrote one of these was to go on with the work.
GOES_ON = (Kind.PLACED, Kind.ANSWERED, Kind.TAKEN_UP, Kind.CALLED_OFF)


def get_order_timeline(*, caller: Caller, order_id: UUID) -> list[Moment]:
    """The life of an order of the caller's, or for staff of any, with all that is known. Raises OrderNotFound."""
    order = get_order(caller=caller, order_id=order_id)
    if caller.is_staff:
        return timeline_of(order)
    return [replace(each, subscriber=None, detail=None) for each in _merged(_steps(order), _events(order))]


def timeline_of(order: Order, *, whole: bool = False) -> list[Moment]:
    """All that is known, oldest first; if not `whole`, without the middle of a long row of attempts."""
    return _merged(_ledger(order), _steps(order, whole=whole), _events(order))


def _merged(*sources: Iterable[Moment]) -> list[Moment]:
    """By time, and at the same time in the order of `sources`. Each keeps its own, whatever its clock did."""
    return list(merge(*sources, key=attrgetter("at")))


def _ledger(order: Order) -> Iterator[Moment]:
    """What the sandbox provider did; of another provider, this service keeps no ledger."""
    return map(of_ledger, LedgerEntry.objects.filter(payment_id=order.payment_id).order_by("id"))


def _events(order: Order) -> Iterator[Moment]:
    return map(of_event, OutboxMessage.objects.filter(subject_id=order.id).order_by("id"))


def _steps(order: Order, *, whole: bool = False) -> Iterator[Moment]:
    rows = order.timeline.select_related("refund__order")
    gaps: dict[int, int] = {}
    if not whole:
        told, gaps = _shortened(order)
        rows = rows.filter(id__in=told)
    entries = list(rows)
    deaths = _deaths(entries)
    for entry in entries:
        if entry.id in gaps:
            yield of_gap(entry, gaps[entry.id])
        elif entry.id in deaths:
            yield of_death(entry)
        yield of_entry(entry)


def _shortened(order: Order) -> tuple[list[int], dict[int, int]]:
    """The ids of the entries to be told, and before which of them how many others are left out."""
    at_a_state: dict[tuple[UUID | None, str], list[int]] = defaultdict(list)
    for entry_id, refund_id, state in order.timeline.values_list("id", "refund_id", "state"):
        at_a_state[refund_id, state].append(entry_id)
    told, gaps = [], {}
    for ids in at_a_state.values():
        if len(ids) > FIRST + LAST:
            gaps[ids[-LAST]] = len(ids) - FIRST - LAST
            ids = [*ids[:FIRST], *ids[-LAST:]]
        told += ids
    return told, gaps


def _deaths(entries: Sequence[TimelineEntry]) -> set[int]:
    """The ids of entries before which somebody died who had the work."""
    first = {(entry.refund_id, entry.attempt): entry for entry in reversed(entries)}
    last = {(entry.refund_id, entry.attempt): entry for entry in entries}
    return {entry.id for entry in first.values() if _died(last, entry)}


def _died(last: Mapping[tuple[UUID | None, int], TimelineEntry], entry: TimelineEntry) -> bool:
    """Whether the one who had the work before it was taken up, as `entry` tells, never said how it went.

    `last` has what was heard last of each claim on the work.
    """
    if entry.kind == Kind.CALLED_OFF:
        return False  # Whoever calls an order off does not wait for the other's end.
    before = last.get((entry.refund_id, entry.attempt - 1))
    if before is None:
        # RefundOrder's own claim has no entry, only the wish that came before it.
        return entry.refund_id is not None and entry.attempt > 1 and (entry.refund_id, 0) in last
    return before.id < entry.id and before.kind in GOES_ON
