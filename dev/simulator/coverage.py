"""What happened in schedules, counted, and what must have happened for them to say anything."""

from collections import Counter
from collections.abc import Iterable

from dev.audit.history import Told
from dev.simulator.shop import Shop
from orders.saga import SAGA

FAULTS = (
    "kill",
    "pause",
    "stall",
    "connection refused",
    "lost request",
    "lost reply",
    "late message",
    "repeated request",
    "message into a cut",
    "wait for a lock",
    "read refused",
    "commit refused",
    "commit rolled back",
    "commit unknown",
    "provider out of order",
    "provider slow",
    "provider's answer lost",
    "capture pending",
)
RACES = (
    "woken",
    "placed at once by another",
    "cancel lost to somebody faster",
    "step lost to somebody faster",
    "answer not stored",
    "event delivered again",
    "request after its caller gave up",
    "answer after its caller gave up",
    "release_reservation overtakes reserve_stock",
    "release_reservation overtakes confirm_reservation",
    "void_payment overtakes authorize_payment",
)

AMOUNTS = ("order ended cancelled TOTAL_TOO_LARGE", "free order ended paid")


def steps_of_the_table() -> list[str]:
    """Every row of the saga's table, by every answer, as `what_happened` names it."""
    return [
        f"{state}: {answer}"
        for state, row in SAGA.items()
        for answer, to in (("yes", row.on_yes), ("no", row.on_no), ("cancel", row.on_cancel), ("unknown", state))
        if to
    ]


def what_happened(shop: Shop, told: Iterable[Told]) -> Counter[str]:
    """What became of orders, and what their clients were told."""
    seen: Counter[str] = Counter()
    for entry in shop.orders.timeline.values():
        if entry.kind == "taken_up":
            seen[f"{entry.state}: taken over"] += 1
        elif entry.kind == "unanswered":
            seen[f"{entry.state}: unknown"] += 1
        elif entry.state_before:
            seen[f"{entry.state_before}: {entry.answer or 'cancel'}"] += 1
    for order in shop.orders.orders.values():
        seen[f"order ended {order.state} {order.cancel_reason}".rstrip()] += 1
        if order.hold and order.hold.total_minor == 0:
            seen[f"free order ended {order.state}"] += 1
    for refund in shop.orders.refunds.values():
        seen[f"refund ended {refund.state}"] += 1
    for each in told:
        seen[f"told of {each.call}: {each.outcome} {each.status or each.reason}".rstrip()] += 1
    return seen


def missing(seen: Counter[str]) -> list[str]:
    """What a great many schedules should have had in them, and did not."""
    due = (*FAULTS, *RACES, *AMOUNTS, *steps_of_the_table(), *(f"{state}: taken over" for state in SAGA))
    return [what for what in due if not seen[what]]
