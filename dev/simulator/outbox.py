"""Delivering what the outbox holds, as `chassis/outbox/` does."""

from dataclasses import dataclass

from dev.simulator.database import Copy, Database, Transaction
from dev.simulator.failures import Failure
from dev.simulator.kernel import Call, Steps
from dev.simulator.profile import Settings
from dev.simulator.values import Event
from dev.simulator.work import Work, claim, due, finish, postpone

BATCH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage(Work):
    """One event for its one subscriber."""

    event: Event
    created_at: float
    state: str = "pending"


Outbox = dict[tuple[int, int], OutboxMessage]


def publish(tx: Transaction, outbox: Outbox, now: float, event: Event) -> None:
    """Announce an event, in the transaction of what it tells of."""
    key = tx.new_id()
    tx.put(outbox, key, OutboxMessage(id=key, event=event, created_at=now, next_attempt_at=now))


class Relay:
    """Delivers, at least once, and in order for each order."""

    def __init__(self, database: Database, outbox: Outbox, settings: Settings) -> None:
        self.database = database
        self.outbox = outbox
        self.settings = settings

    def relay(self) -> Steps[int]:
        """Deliver some due events. Stops when the subscriber does not answer. Returns how many were settled."""
        if not due(self.outbox.values(), self.database.now):
            return 0
        settled = 0
        for message in (yield from self.database.read(self.look))[:BATCH]:
            copy = Copy(message)
            if not (yield from claim(self.database, self.outbox, copy, self.settings.lease)):
                continue
            if not (yield from self.deliver(copy)):
                break
            settled += 1
        return settled

    def look(self) -> list[OutboxMessage]:
        """Which messages are due, and the first of their order."""
        open_rows = [row for row in self.outbox.values() if row.next_attempt_at is not None]
        first: dict[str, tuple[int, int]] = {}
        for row in open_rows:
            first[row.event.subject_id] = min(row.id, first.get(row.event.subject_id, row.id))
        return due((row for row in open_rows if row.id == first[row.event.subject_id]), self.database.now)

    def deliver(self, copy: Copy[OutboxMessage]) -> Steps[bool]:
        """Whether the subscriber answered."""
        event = copy.row.event
        try:
            yield "outbox.claimed"
            yield Call("notification_service", "deliver", event, self.settings.call_timeout, event.id)
            yield "outbox.delivered"
        except Failure:
            yield from self.database.commit(
                lambda tx: postpone(tx, self.outbox, copy, self.database.now, self.database.random), "postpone"
            )
            return False
        yield from self.database.commit(lambda tx: finish(tx, self.outbox, copy, state="done"), "finish")
        return True
