"""What makes an order ask its provider again before its pause is over: somebody said that there is news.

Such a hint may be late, repeated, out of order or wrong. It decides nothing: whoever is woken asks for the facts.
"""

from typing import Any, TypeVar
from uuid import UUID

import structlog
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from orders.models import Kind, Order, Refund, TimelineEntry

log = structlog.get_logger("orders.waking")

W = TypeVar("W", Order, Refund)


def wake(*, payment_id: UUID | None = None, reference: str = "") -> int:
    """Make what waits to ask about this payment again due now. Returns how much that is; nothing else is touched."""
    if payment_id is None and not reference:
        return 0
    orders = Order.objects.filter(Q(payment_id=payment_id) if payment_id else Q(payment_reference=reference))
    woken = make_due(waiting_orders(orders)) + make_due(waiting_refunds(Refund.objects.filter(order__in=orders)))
    if woken:
        log.info("order.woken", payment_id=str(payment_id or ""), reference=reference, woken=woken)
    return woken


def payment_changed(*, payment_id: UUID, **_: Any) -> None:
    """Receives the sandbox's notifications."""
    wake(payment_id=payment_id)


def waiting_orders(among: QuerySet[Order]) -> QuerySet[Order]:
    """Those in the pause after a call that got no answer. One that somebody is at now is not waiting."""
    return _waiting(among, TimelineEntry.objects.filter(order=OuterRef("pk"), refund=None))


def waiting_refunds(among: QuerySet[Refund]) -> QuerySet[Refund]:
    """As with orders."""
    return _waiting(among, TimelineEntry.objects.filter(refund=OuterRef("pk")))


def make_due(waiting: QuerySet[W]) -> int:
    """End their pause. Nothing is written where nothing waits, which is the rule."""
    return waiting.update(next_attempt_at=Now()) if waiting.exists() else 0


def _waiting(among: QuerySet[W], timeline: QuerySet[TimelineEntry]) -> QuerySet[W]:
    last = Subquery(timeline.order_by("-id").values("kind")[:1])
    return among.filter(next_attempt_at__gt=Now()).annotate(last=last).filter(last=Kind.UNANSWERED)
