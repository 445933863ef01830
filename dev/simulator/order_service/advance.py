"""Brings an order, or a refund, as far as its neighbours let it, as `orders/advance.py` does."""

from dataclasses import replace
from typing import Any

from dev.simulator.database import Copy, Transaction
from dev.simulator.failures import DatabaseError, Defect, Failure, Refusal
from dev.simulator.kernel import Steps
from dev.simulator.order_service.clients import Clients
from dev.simulator.order_service.rows import Attempt
from dev.simulator.order_service.store import OrderStore
from orders.saga import SAGA, Answer, Call, Effect, State, step


class Walker:
    """Walks the saga's table. `until` is when the caller's time is up."""

    def __init__(self, store: OrderStore, clients: Clients) -> None:
        self.store = store
        self.database = store.database
        self.clients = clients

    def advance(self, work: Copy[Any], until: float) -> Steps[None]:
        """Make the call that is owed, store what follows, and go on until it is final, unknown or too late."""
        while work.row.state in SAGA:
            if until - self.database.now <= 0:
                yield from self.leave_to_worker(work, None)
                return
            if not (yield from self.take_step(work, SAGA[work.row.state].owes, until)):
                return

    def take_step(self, work: Copy[Any], owed: Call, until: float) -> Steps[bool]:
        """Whether the work moved."""
        attempt = yield from self.attempt(work, owed, until)
        if attempt.answer is Answer.UNKNOWN:
            yield from self.leave_to_worker(work, attempt)
            return False
        stood = work.row.state
        try:
            yield f"order.after_{owed}"
            return (yield from self.record(work, attempt))
        except Failure as failure:
            self.database.kernel.tell("the answer to %s of %s is not stored: %r", owed, work.row.id, failure)
            self.database.kernel.faults.seen["answer not stored"] += 1
            self.take_back(work, stood)
            yield from self.leave_to_worker(work, Attempt(call=owed, answer=Answer.UNKNOWN))
            return False

    def take_back(self, work: Copy[Any], stood: State) -> None:
        """Do not believe in a state whose commit failed."""
        work.row = replace(work.row, state=stood)

    def attempt(self, work: Copy[Any], owed: Call, until: float) -> Steps[Attempt]:
        """Make the call."""
        try:
            yield f"order.before_{owed}"
            hold = yield from self.clients.make(work.row, owed, until)
        except Refusal as no:
            return Attempt(call=owed, answer=Answer.NO, reason=no.reason)
        except Failure:
            return Attempt(call=owed, answer=Answer.UNKNOWN)
        return Attempt(call=owed, answer=Answer.YES, hold=hold)

    def record(self, work: Copy[Any], attempt: Attempt) -> Steps[bool]:
        """Move the work and announce it, in one commit. False if somebody else moved it first."""
        following, effects = step(work.row.state, attempt.answer)
        if following == work.row.state:
            raise Defect(f"{attempt.call} was refused, and an undoing cannot be: {attempt.reason}")
        return (yield from self.move(work, following, effects, attempt))

    def move(self, work: Copy[Any], following: State, effects: tuple[Effect, ...], attempt: Attempt) -> Steps[bool]:
        """Move and announce, or look at what somebody did who was faster."""

        def change(tx: Transaction) -> bool:
            if self.store.enter(tx, work, following, attempt):
                self.store.announce(tx, work.row, effects)
                return True
            work.row = self.store.table(work.row)[work.row.id]
            self.store.entry(tx, work.row, "overtaken", because=attempt)
            return False

        before = work.row.state
        moved = yield from self.database.commit(change, f"order.moving_to_{following}")
        if moved:
            self.database.kernel.tell("%s: %s -> %s (%s)", work.row.id, before, following, attempt.answer)
        else:
            self.database.kernel.faults.seen["step lost to somebody faster"] += 1
        return moved

    def leave_to_worker(self, work: Copy[Any], attempt: Attempt | None) -> Steps[None]:
        """Put the work off, and write that down; `attempt` is the call that came to nothing, if there was one."""

        def change(tx: Transaction) -> None:
            self.store.put_off(tx, work)
            self.store.entry(tx, work.row, "unanswered" if attempt else "left", because=attempt)

        try:
            yield from self.database.commit(change, "postpone")
        except DatabaseError:
            self.database.kernel.tell("%s is not put off: its lease has to run out", work.row.id)
