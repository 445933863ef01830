"""Paying money back, as `orders/refunds.py` does."""

from dataclasses import dataclass
from itertools import count

from dev.simulator.database import Copy, Transaction
from dev.simulator.failures import Refusal
from dev.simulator.kernel import Steps
from dev.simulator.order_service.advance import Walker
from dev.simulator.order_service.operations import REUSED, Operations
from dev.simulator.order_service.rows import Order, Refund
from dev.simulator.order_service.store import OrderStore
from dev.simulator.work import claim
from orders import errors
from orders.saga import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What staff ask for."""

    staff: str
    request_id: str
    order_id: str
    amount_minor: int | None  # None: all that is left.
    patience: float  # Seconds.


class Refunds:
    """RefundOrder."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        self.store: OrderStore = operations.store
        self.database = self.store.database
        self.walker: Walker = operations.walker
        self._ids = count(1)

    def refund_order(self, wish: Wish) -> Steps[Order]:
        """Pay money of an order back, once for each key. The order as it stands then."""
        until = self.operations.until(wish.patience)
        refund = yield from self.database.commit(lambda tx: self.ask(tx, wish), "order.storing_refund")
        work = Copy(refund)
        # Claimed, so that a repeat at the same moment does not do it too.
        if (yield from claim(self.database, self.store.refunds, work, self.operations.settings.lease)):
            yield from self.walker.advance(work, until)
        if work.row.state == State.REFUND_REFUSED:
            raise Refusal(errors.RefundRefused.reason(), wish.order_id)
        return (yield from self.database.read(lambda: self.store.orders[wish.order_id]))

    def ask(self, tx: Transaction, wish: Wish) -> Refund:
        """Store the intent before the provider does anything; or find the refund that has this key."""
        order = self.store.find(wish.order_id)
        for refund in self.store.refunds.values():
            if (refund.asked_by, refund.request_id) == (wish.staff, wish.request_id):
                if (refund.order_id, refund.asked_minor) != (wish.order_id, wish.amount_minor):
                    raise Refusal(REUSED)
                return refund
        refund = self.new_refund(order, wish)
        tx.put(self.store.refunds, refund.id, refund)
        self.store.entry(tx, refund, "refund_asked")
        return refund

    def new_refund(self, order: Order, wish: Wish) -> Refund:
        """Not stored yet."""
        return Refund(
            id=f"refund-{next(self._ids)}",
            order_id=order.id,
            asked_by=wish.staff,
            request_id=wish.request_id,
            asked_minor=wish.amount_minor,
            amount_minor=self.amount(order, wish.amount_minor),
            created_at=self.database.now,
            next_attempt_at=self.database.now,
        )

    def amount(self, order: Order, asked: int | None) -> int:
        """How much is paid back. Refusal if that much is not left."""
        if order.state != State.PAID or order.hold is None:
            raise Refusal(errors.OrderNotRefundable.reason())
        given = sum(
            refund.amount_minor
            for refund in self.store.refunds.values()
            if refund.order_id == order.id and refund.state != State.REFUND_REFUSED
        )
        left = order.hold.total_minor - given
        amount = left if asked is None else asked
        if not 0 < amount <= left:
            raise Refusal(errors.OrderNotRefundable.reason())
        return amount
