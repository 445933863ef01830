"""Hints that there is news of a payment, as `orders/waking.py` takes them."""

from dataclasses import replace

from dev.simulator.database import Transaction
from dev.simulator.kernel import Steps
from dev.simulator.order_service.rows import Order, Refund
from dev.simulator.order_service.store import OrderStore


class Waking:
    """A hint decides nothing: whoever is woken asks the provider."""

    def __init__(self, store: OrderStore) -> None:
        self.store = store
        self.database = store.database

    def payment_changed(self, payment_id: str) -> Steps[None]:
        """Make what waits to ask about this payment again due now."""
        yield from self.database.commit(lambda tx: self.wake(tx, payment_id), "order.waking")

    def wake(self, tx: Transaction, payment_id: str) -> None:
        """End the pause of the order, and of its refunds, if they are in one."""
        orders = [row for row in self.store.orders.values() if row.payment_id == payment_id]
        refunds = [row for row in self.store.refunds.values() if row.order_id in [order.id for order in orders]]
        rows: list[Order | Refund] = [*orders, *refunds]
        for row in rows:
            if row.next_attempt_at is not None and row.next_attempt_at > self.database.now and self.is_waiting(row):
                self.database.kernel.faults.seen["woken"] += 1
                tx.put(self.store.table(row), row.id, replace(row, next_attempt_at=self.database.now))

    def is_waiting(self, row: Order | Refund) -> bool:
        """Whether the last thing that happened to it was a call without an answer: nobody is at it now."""
        order_id, refund_id = (row.id, None) if isinstance(row, Order) else (row.order_id, row.id)
        about = [
            (key, entry.kind)
            for key, entry in self.store.timeline.items()
            if (entry.order_id, entry.refund_id) == (order_id, refund_id)
        ]
        return max(about, default=(None, ""))[1] == "unanswered"
