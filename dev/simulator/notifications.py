"""Writing to buyers, as `notification_service/` does."""

from dataclasses import dataclass, replace
from itertools import count

from dev.simulator.database import Copy, Database, Transaction
from dev.simulator.failures import Failure, Refusal
from dev.simulator.kernel import Call, Steps
from dev.simulator.people import channels
from dev.simulator.profile import Settings
from dev.simulator.values import Event
from dev.simulator.work import Work, due, finish, postpone, take, unclaimed

ONCE_AN_ORDER = ("ORDER_PAID", "ORDER_CANCELLED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification(Work):
    """One message to somebody."""

    event_id: str
    user_id: str
    order_id: str
    kind: str
    channel: str
    recipient: str
    created_at: float
    status: str = "PENDING"


class Notifications:
    """Stores what an event leads to, and sends it."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.rows: dict[str, Notification] = {}
        self._ids = count(1)

    def tell(self, event: Event) -> Steps[None]:
        """Write to a user by the channels that they want. An event seen before changes nothing."""
        if (yield from self.database.read(lambda: self.told(event))):
            return
        addresses: dict[str, str] = yield Call("user_service", "get_contact", event.user_id, self.settings.call_timeout)
        yield from self.database.commit(lambda tx: self.write(tx, event, addresses), "notification.storing")

    def told(self, event: Event) -> list[Notification]:
        """The messages that say the same."""
        kind = event.type.upper()
        alike = [row for row in self.rows.values() if row.kind == kind]
        same_order = event.subject_id if kind in ONCE_AN_ORDER else ""
        return [row for row in alike if row.event_id == event.id or row.order_id == same_order]

    def write(self, tx: Transaction, event: Event, addresses: dict[str, str]) -> None:
        """Store a message for each channel, all or none, unless it is there."""
        told = {row.channel for row in self.told(event)}
        for channel in channels(event.user_id):
            if channel not in told:
                row = self.new_notification(event, channel, addresses[channel])
                tx.put(self.rows, row.id, row)

    def new_notification(self, event: Event, channel: str, recipient: str) -> Notification:
        """Not stored yet."""
        return Notification(
            id=f"message-{next(self._ids)}",
            event_id=event.id,
            user_id=event.user_id,
            order_id=event.subject_id,
            kind=event.type.upper(),
            channel=channel,
            recipient=recipient,
            created_at=self.database.now,
            next_attempt_at=self.database.now,
        )

    def send_due(self) -> Steps[int]:
        """Try to send one message that is due. Returns how many there were: 0 or 1."""
        if not due(self.rows.values(), self.database.now):
            return 0
        found = yield from self.database.read(lambda: due(self.rows.values(), self.database.now))
        if not found:
            return 0
        copy = Copy(found[0])
        if (yield from self.database.commit(lambda tx: self.begin(tx, copy), "notification.beginning")):
            yield from self.send(copy)
        return 1

    def begin(self, tx: Transaction, copy: Copy[Notification]) -> bool:
        """Claim a message. False if another worker was faster."""
        taken = take(tx, self.rows, copy, self.database.now, self.settings.lease)
        copy.row = taken or copy.row
        return taken is not None

    def send(self, copy: Copy[Notification]) -> Steps[None]:
        """Hand a claimed message over, under a key, outside a transaction."""
        try:
            yield "notification.claimed"
            yield Call("mailer", "send", self.handed_over(copy.row), self.settings.call_timeout)
            yield "notification.handed_over"
        except Refusal:
            # There is a spare provider, which is asked at once.
            yield from self.database.commit(lambda tx: self.release(tx, copy), "postpone")
        except Failure:
            yield from self.database.commit(lambda tx: self.put_off(tx, copy), "postpone")
        else:
            sent = "notification.storing_sent"
            yield from self.database.commit(lambda tx: finish(tx, self.rows, copy, status="SENT"), sent)

    def handed_over(self, row: Notification) -> tuple[str, str]:
        """The key that repeats are told by, and the channel."""
        return row.id, row.channel

    def release(self, tx: Transaction, copy: Copy[Notification]) -> None:
        """Another provider may take it now."""
        if row := unclaimed(self.rows, copy):
            tx.put(self.rows, row.id, replace(row, next_attempt_at=self.database.now))

    def put_off(self, tx: Transaction, copy: Copy[Notification]) -> None:
        """Leave a message for later."""
        postpone(tx, self.rows, copy, self.database.now, self.database.random)
