"""What the worker does, as `orders/recovery.py` does it."""

from math import inf
from typing import Any

from dev.simulator.database import Copy, Transaction
from dev.simulator.kernel import Steps
from dev.simulator.order_service.advance import Walker
from dev.simulator.order_service.store import OrderStore
from dev.simulator.work import due, take

BATCH = 20


class Recovery:
    """Finishes or undoes whatever was left half done, orders and refunds."""

    def __init__(self, store: OrderStore, walker: Walker) -> None:
        self.store = store
        self.database = store.database
        self.walker = walker

    def recover(self) -> Steps[int]:
        """Advance the orders and refunds whose time has come. Returns how many this process took on."""
        orders = yield from self.recover_from(self.store.orders)
        refunds = yield from self.recover_from(self.store.refunds)
        return orders + refunds

    def recover_from(self, table: dict[str, Any]) -> Steps[int]:
        """Advance the due rows of one table."""
        if not due(table.values(), self.database.now):
            return 0
        taken = 0
        for row in (yield from self.database.read(lambda: due(table.values(), self.database.now)))[:BATCH]:
            work = Copy(row)
            if (yield from self.take_up(table, work)):
                self.database.kernel.tell("a worker takes up %s, which is %s", work.row.id, work.row.state)
                yield "order.taken_up"
                taken += 1
                yield from self.walker.advance(work, inf)
        return taken

    def take_up(self, table: dict[str, Any], work: Copy[Any]) -> Steps[bool]:
        """Claim the work, and write that down. False if another process was faster."""

        def change(tx: Transaction) -> bool:
            taken = take(tx, table, work, self.database.now, self.store.settings.lease)
            if taken is None:
                return False
            work.row = taken
            self.store.entry(tx, work.row, "taken_up")
            return True

        return (yield from self.database.commit(change, "claim"))
