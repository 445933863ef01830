"""Taking events in and acting on them, as `chassis/inbox/` does."""

from collections.abc import Callable
from dataclasses import dataclass

from dev.simulator.database import Copy, Database, Transaction
from dev.simulator.failures import Failure
from dev.simulator.kernel import Steps
from dev.simulator.profile import Settings
from dev.simulator.values import Event
from dev.simulator.work import Work, claim, due, finish, postpone

Consumer = Callable[[Event], Steps[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxMessage(Work):
    """One event."""

    event: Event
    received_at: float
    state: str = "pending"


class Inbox:
    """Takes events in once, and acts on them at least once, in order for each order."""

    def __init__(self, database: Database, settings: Settings, consumer: Consumer) -> None:
        self.database = database
        self.settings = settings
        self.consumer = consumer
        self.rows: dict[tuple[int, int], InboxMessage] = {}

    def deliver(self, event: Event) -> Steps[None]:
        """Store an event unless it is there already."""
        yield "inbox.before_store"
        yield from self.database.commit(lambda tx: self.take_in(tx, event), "inbox.storing")

    def take_in(self, tx: Transaction, event: Event) -> None:
        """Store an event unless it is there already."""
        if any(row.event.id == event.id for row in self.rows.values()):
            self.database.kernel.faults.seen["event delivered again"] += 1
            return
        key, now = tx.new_id(), self.database.now
        tx.put(self.rows, key, InboxMessage(id=key, event=event, received_at=now, next_attempt_at=now))

    def process(self) -> Steps[int]:
        """Act on one due event. Returns how many there were: 0 or 1."""
        if not due(self.rows.values(), self.database.now):
            return 0
        message = yield from self.database.read(self.look)
        if message is None:
            return 0
        copy = Copy(message)
        if (yield from claim(self.database, self.rows, copy, self.settings.lease)):
            yield from self.act_on(copy)
        return 1

    def look(self) -> InboxMessage | None:
        """The first due event with no earlier open one about the same order."""
        open_rows = [row for row in self.rows.values() if row.next_attempt_at is not None]
        for row in due(open_rows, self.database.now):
            if all(row.id <= other.id for other in open_rows if other.event.subject_id == row.event.subject_id):
                return row
        return None

    def act_on(self, copy: Copy[InboxMessage]) -> Steps[None]:
        """Have the consumer do what the event asks for."""
        try:
            yield "inbox.claimed"
            yield from self.consumer(copy.row.event)
            yield "inbox.consumed"
        except Failure:
            yield from self.database.commit(lambda tx: self.put_off(tx, copy), "postpone")
        else:
            yield from self.database.commit(lambda tx: finish(tx, self.rows, copy, state="done"), "finish")

    def put_off(self, tx: Transaction, copy: Copy[InboxMessage]) -> None:
        """Leave a message for later."""
        postpone(tx, self.rows, copy, self.database.now, self.database.random)
