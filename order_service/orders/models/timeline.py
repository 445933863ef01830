"""What became of an order, step by step."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from chassis.errors import Refusal
from chassis.work import ERROR_LENGTH
from orders.values import Attempt, Authorization, Cancellation, Hold

if TYPE_CHECKING:
    from orders.models.order import Order
    from orders.models.refund import Refund


class Kind(models.TextChoices):
    """What can happen to an order."""

    PLACED = "placed"  # It was stored.
    ANSWERED = "answered"  # A neighbour said yes or no, and the order moved, or its refund did.
    UNANSWERED = "unanswered"  # A call ended without an answer that anybody knows or could store; it is owed again.
    OVERTAKEN = "overtaken"  # A call ended after somebody else had moved what it was made for: it decides nothing.
    LEFT = "left"  # Whoever was at it had no time for the next call, and left it to the worker.
    TAKEN_UP = "taken_up"  # A worker took over what was left half done.
    CALLED_OFF = "called_off"  # Somebody cancelled it, and the order moved.
    REFUND_ASKED = "refund_asked"  # Somebody asked for money back.


class TimelineEntry(models.Model):
    """One thing that happened to an order, written in the transaction in which it happened. Nothing changes it.

    A call that its process did not survive has no entry of its own: the state says which call was owed, and the next
    entry that somebody took it up. Whoever stops working on an order and lives says so, so that the two can be told
    apart.
    """

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="timeline")
    refund = models.ForeignKey("orders.Refund", on_delete=models.CASCADE, null=True, related_name="timeline")
    at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=12, choices=Kind)
    version = models.PositiveIntegerField(null=True)  # Of the order, if this moved it.
    state_before = models.CharField(max_length=20, blank=True)  # Of the order, or of the refund if there is one.
    state = models.CharField(max_length=20)
    call = models.CharField(max_length=30, blank=True)
    answer = models.CharField(max_length=7, blank=True)
    reason = models.CharField(max_length=50, blank=True)  # Why not, as in "OUT_OF_STOCK".
    detail = models.CharField(max_length=ERROR_LENGTH, blank=True)  # In words, for the staff.
    started_at = models.DateTimeField(null=True)  # On the clock of the process that called.
    duration_ms = models.PositiveIntegerField(null=True)
    attempt = models.PositiveIntegerField(default=0)  # Of `Work.attempts`: the claim under which this was done.

    class Meta:
        verbose_name_plural = "timeline entries"
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            # The last fence: whatever else goes wrong, an order moves to each version once.
            models.UniqueConstraint(fields=["order", "version"], name="one_move_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.call} {self.state}"


def entry(
    work: "Order | Refund",
    kind: Kind,
    *,
    because: Attempt | Cancellation | None = None,
    version: int | None = None,
    state_before: str = "",
) -> TimelineEntry:
    """Write down what happened to an order, or to a refund of it, in the transaction that is open."""
    return TimelineEntry.objects.create(
        **work.in_timeline(),
        kind=kind,
        version=version,
        state_before=state_before,
        state=work.state,
        **{"attempt": work.attempts, **_of(because)},
    )


def _of(because: Attempt | Cancellation | None) -> dict[str, Any]:
    match because:
        case Attempt() as attempt:
            return _of_attempt(attempt)
        case Cancellation(reason=reason):
            return {"reason": reason}
    return {}


def _of_attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "call": attempt.call,
        "answer": attempt.answer,
        "reason": attempt.news.reason() if isinstance(attempt.news, Refusal) else "",
        "detail": _said(attempt)[:ERROR_LENGTH],
        "started_at": attempt.started_at,
        "duration_ms": attempt.milliseconds,
        # Another may have taken the work up since the call was made.
        "attempt": attempt.claim,
    }


def _said(attempt: Attempt) -> str:
    match attempt.news:
        case Refusal() as refusal:
            return " ".join([str(refusal), *(f"{name}={value}" for name, value in refusal.metadata.items())])
        case Hold(total=total):
            return f"{total.minor} minor units of {total.currency}"
        case Authorization(reference=reference):
            return reference
    return attempt.error
