"""What the worker does: finishes or undoes whatever was left half done, orders and refunds."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import chain

from django.conf import settings

from chassis.failpoints import failpoint
from chassis.transactions import committing
from orders.advance import advance
from orders.models import Kind, Order, Refund, entry
from orders.world import World

BATCH = 20


def recover(world: World) -> int:
    """Advance the orders and refunds whose time has come. Returns how many this process took on."""
    due: Iterable[Order | Refund] = chain(Order.objects.due(BATCH), Refund.objects.select_related("order").due(BATCH))
    taken = 0
    for work in due:
        if _take_up(work):
            failpoint("order.taken_up")
            taken += 1
            advance(work, world)
    return taken


def _take_up(work: Order | Refund) -> bool:
    """Claim the work, and write that down. False if another process was faster."""
    with committing(work):
        if not work.claim(timedelta(seconds=settings.LEASE)):
            return False
        entry(work, Kind.TAKEN_UP)
    return True
