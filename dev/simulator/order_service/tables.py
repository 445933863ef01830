"""order_service's tables, and what is written down and announced with every change."""

from itertools import count
from typing import Any

from dev.simulator.database import Copy, Database, Transaction
from dev.simulator.failures import DatabaseError, Refusal
from dev.simulator.kernel import Steps
from dev.simulator.order_service.rows import Attempt, Cancellation, Entry, Order, Refund
from dev.simulator.outbox import Outbox, publish
from dev.simulator.profile import Settings
from dev.simulator.values import Event
from dev.simulator.work import postpone
from orders import errors
from orders.saga import Announcement, Effect


class IntegrityError(DatabaseError):
    """A row that may not be there twice."""


class Tables:
    """Rows. What takes a transaction changes nothing before that is committed."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.orders: dict[str, Order] = {}
        self.refunds: dict[str, Refund] = {}
        self.timeline: dict[tuple[int, int], Entry] = {}
        self.outbox: Outbox = {}
        self._event_ids = count(1)

    def table(self, work: Order | Refund) -> dict[str, Any]:
        """Where such rows are."""
        return self.orders if isinstance(work, Order) else self.refunds

    def find(self, order_id: str) -> Order:
        """An order. Refusal if there is none."""
        order = self.orders.get(order_id)
        if order is None:
            raise Refusal(errors.OrderNotFound.reason())
        return order

    def placed_before(self, placed_by: str, request_id: str) -> Order | None:
        """The order with this key."""
        found = (row for row in self.orders.values() if (row.placed_by, row.request_id) == (placed_by, request_id))
        return next(found, None)

    def refresh(self, work: Copy[Any]) -> Steps[None]:
        """Look at a row again."""
        table = self.table(work.row)
        work.row = yield from self.database.read(lambda: table[work.row.id])

    def put_off(self, tx: Transaction, work: Copy[Any]) -> None:
        """Leave a row for later, unless another process has taken it over, and look at it again."""
        work.row = postpone(tx, self.table(work.row), work, self.database.now, self.database.random)

    def announce(self, tx: Transaction, work: Order | Refund, effects: tuple[Effect, ...]) -> None:
        """Announce what a step of the saga asks for."""
        order = work if isinstance(work, Order) else self.orders[work.order_id]
        for effect in effects:
            if isinstance(effect, Announcement):
                event_id = f"event-{next(self._event_ids)}"
                event = Event(id=event_id, type=effect, subject_id=order.id, user_id=order.user_id)
                publish(tx, self.outbox, self.database.now, event)

    def entry(
        self,
        tx: Transaction,
        work: Order | Refund,
        kind: str,
        *,
        because: Attempt | Cancellation | None = None,
        version: int | None = None,
        state_before: str = "",
    ) -> None:
        """Write down what happened. IntegrityError if the order has moved to this version before."""
        order_id, refund_id = (work.id, None) if isinstance(work, Order) else (work.order_id, work.id)
        if version and any((row.order_id, row.version) == (order_id, version) for row in self.timeline.values()):
            raise IntegrityError("one_move_a_version")
        attempt = because if isinstance(because, Attempt) else None
        row = Entry(
            order_id=order_id,
            refund_id=refund_id,
            kind=kind,
            version=version,
            state_before=state_before,
            state=work.state,
            call=attempt.call if attempt else "",
            answer=attempt.answer if attempt else "",
        )
        tx.put(self.timeline, tx.new_id(), row)
