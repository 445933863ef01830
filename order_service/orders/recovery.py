"""What the worker does for orders: finishes or undoes whatever was left half done."""

from datetime import timedelta

from django.conf import settings

from orders.advance import advance
from orders.models import Order
from orders.world import World

BATCH = 20


def recover(world: World) -> int:
    """Advance the orders whose time has come. Returns how many this process took on."""
    taken = 0
    for order in Order.objects.due(BATCH):
        if order.claim(timedelta(seconds=settings.LEASE)):
            taken += 1
            advance(order, world)
    return taken
