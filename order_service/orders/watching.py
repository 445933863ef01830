"""Following an order on its way."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from chassis.call import Caller
from orders.models import Order
from orders.operations import get_order


def watch_order(*, caller: Caller, order_id: UUID, after_version: int, looks: Iterable[None]) -> Iterator[Order]:
    """The order as it is, if that is later than `after_version`, and again at each change until it is final.

    `looks` are the moments at which to read it; after the last, the order may still be on its way. Raises
    OrderNotFound.
    """
    seen = after_version
    for _ in looks:
        order = get_order(caller=caller, order_id=order_id)
        if order.version > seen:
            seen = order.version
            yield order
        if not order.owes:
            return
