"""The transitions that order_service's database allows, as `orders/models/` has them."""

from dataclasses import replace
from typing import Any

from dev.simulator.database import Copy, Transaction
from dev.simulator.failures import Defect
from dev.simulator.order_service.rows import Attempt, Cancellation, Order, Refund
from dev.simulator.order_service.tables import IntegrityError, Tables
from orders.saga import SAGA, State, leads


class OrderStore(Tables):
    """Orders and refunds, and how they may change."""

    def insert(self, tx: Transaction, order: Order) -> None:
        """Store a new order. IntegrityError if its key is taken."""
        if self.placed_before(order.placed_by, order.request_id):
            raise IntegrityError("one_order_a_request")
        tx.put(self.orders, order.id, order)
        self.entry(tx, order, "placed", version=order.version)

    def enter(self, tx: Transaction, work: Copy[Any], to: State, because: Attempt) -> bool:
        """Move an order or a refund. False if somebody else moved it first."""
        if isinstance(work.row, Refund):
            return self.move_refund(tx, work, to, because)
        return self.move(tx, work, to, because)

    def move(self, tx: Transaction, work: Copy[Order], to: State, because: Attempt | Cancellation) -> bool:
        """Move an order. False if somebody else moved it first."""
        before = work.row
        if not self.may_go(before.state, to):
            raise Defect(f"an order does not go from {before.state} to {to}")
        row = self.orders[before.id]
        if not self.unmoved(row, before):
            return False
        # Read again inside the transaction: this is what the process believes, whatever becomes of the commit.
        work.row = self._changed(replace(row, state=to, version=before.version + 1), because)
        tx.put(self.orders, row.id, work.row)
        kind = "called_off" if isinstance(because, Cancellation) else "answered"
        self.entry(tx, work.row, kind, because=because, version=work.row.version, state_before=before.state)
        return True

    def may_go(self, state: State, to: State) -> bool:
        """Whether the table has such a step."""
        return leads(state, to)

    def unmoved(self, row: Order, seen: Order) -> bool:
        """Whether an order stands where it was seen."""
        return row.state == seen.state and row.version == seen.version

    def move_refund(self, tx: Transaction, work: Copy[Refund], to: State, because: Attempt) -> bool:
        """End a refund, and count what was paid back. False if somebody else moved it first."""
        before = work.row
        if not leads(before.state, to):
            raise Defect(f"a refund does not go from {before.state} to {to}")
        row, order = self.refunds[before.id], self.orders[before.order_id]
        if row.state != before.state:
            return False
        work.row = replace(row, state=to, next_attempt_at=None)
        tx.put(self.refunds, row.id, work.row)
        refunded = order.refunded_minor + (row.amount_minor if to == State.REFUNDED else 0)
        tx.put(self.orders, order.id, replace(order, refunded_minor=refunded, version=order.version + 1))
        self.entry(tx, work.row, "answered", because=because, version=order.version + 1, state_before=before.state)
        return True

    def _changed(self, row: Order, because: Attempt | Cancellation) -> Order:
        row = replace(row, attempts_before=row.attempts)
        if row.state not in SAGA:
            row = replace(row, next_attempt_at=None)
        if row.state != State.AUTHORIZING:
            row = replace(row, card="")
        match because:
            case Cancellation(reason=reason):
                # Whoever was at it before has lost the order to this call, which is at it now.
                lease = self.database.now + self.settings.lease
                return replace(row, cancel_reason=reason, attempts=row.attempts + 1, next_attempt_at=lease)
            case Attempt(hold=hold, reason=reason):
                return replace(row, hold=hold or row.hold, cancel_reason=reason or row.cancel_reason)
