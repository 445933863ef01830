"""Shops that are wrong in one way each. What the classes say they do is what the shop must not."""

from dataclasses import replace
from itertools import count
from typing import Any

from dev.simulator.database import Copy, Transaction
from dev.simulator.failures import DatabaseError
from dev.simulator.inbox import Inbox, InboxMessage
from dev.simulator.kernel import Steps
from dev.simulator.notifications import Notification, Notifications
from dev.simulator.order_service.advance import Walker
from dev.simulator.order_service.clients import Clients
from dev.simulator.order_service.operations import Asked, Operations
from dev.simulator.order_service.rows import Attempt, Cancellation, Order, Refund
from dev.simulator.order_service.store import OrderStore
from dev.simulator.outbox import OutboxMessage, Relay
from dev.simulator.product_service.reservations import Reservation, Reservations
from dev.simulator.provider import Provider
from dev.simulator.values import Event, Hold, Line
from dev.simulator.work import due, finish
from orders.saga import Answer, Call, Effect, State


class NoTombstone(Reservations):
    """A release of nothing leaves no note for a late reserve to run into."""

    def leave_note(self, tx: Transaction, order_id: str) -> None:
        pass


class ReleasesTwice(Reservations):
    """Puts units back on sale however often it is asked."""

    def may_end(self, reservation: Reservation, state: str) -> bool:
        return state == "released" or super().may_end(reservation, state)


class SweepsConfirmed(Reservations):
    """A hold goes back on sale when its time is up, confirmed or not."""

    def may_end(self, reservation: Reservation, state: str) -> bool:
        return super().may_end(replace(reservation, state=reservation.state.replace("confirmed", "held")), state)


class Oversells(Reservations):
    """Takes units without asking whether there are any."""

    def take(self, tx: Transaction, order_id: str, line: Line) -> int:
        product = self.products[line.product_id]
        self.change(tx, product, -line.quantity, "reserved", order_id)
        return product.price_minor


class HoldsLineByLine(Reservations):
    """Takes each line in a transaction of its own."""

    def reserve_stock(self, asked: tuple[str, tuple[Line, ...]]) -> Steps[Hold]:
        order_id, lines = asked
        if order_id not in self.reservations:
            for line in sorted(lines)[1:]:
                yield from self.database.commit(lambda tx: self.take(tx, order_id, line), "half way")  # noqa: B023
        return (yield from super().reserve_stock(asked))

    def hold(self, tx: Transaction, order_id: str, lines: tuple[Line, ...]) -> Hold | None:
        if order_id in self.reservations:
            return None
        prices = {line.product_id: self.products[line.product_id].price_minor for line in lines}
        self.take(tx, order_id, min(lines))
        hold = Hold(prices, sum(line.quantity * prices[line.product_id] for line in lines))
        expires_at = self.database.now + self.settings.hold_lifetime
        row = Reservation(order_id=order_id, state="held", lines=lines, hold=hold, expires_at=expires_at)
        tx.put(self.reservations, order_id, row)
        return hold


class KeyNotUnique(OrderStore):
    """Two calls with one key at once both place an order."""

    def insert(self, tx: Transaction, order: Order) -> None:
        tx.put(self.orders, order.id, order)
        self.entry(tx, order, "placed", version=order.version)


class NoFence(OrderStore):
    """Whoever comes late moves an order that was moved before; the last fence, the timeline's, is down too."""

    def unmoved(self, row: Order, seen: Order) -> bool:
        return True

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
        try:
            super().entry(tx, work, kind, because=because, version=version, state_before=state_before)
        except DatabaseError:
            super().entry(tx, work, kind, because=because, state_before=state_before)


class PutsOffFinished(OrderStore):
    """Makes an order due again that is finished, because the reply to the last commit was lost."""

    def put_off(self, tx: Transaction, work: Copy[Any]) -> None:
        table = self.table(work.row)
        row = table[work.row.id]
        if row.attempts == work.row.attempts:
            work.row = replace(row, next_attempt_at=self.database.now + 0.25)
            tx.put(table, row.id, work.row)


class GoesAnywhere(OrderStore):
    """Lets an order go where the table does not."""

    def may_go(self, state: State, to: State) -> bool:
        return True


class CancelsWhileCapturing(Operations):
    """Calls an order off that may be paid already."""

    def undoing(self, state: State) -> State | None:
        return State.VOIDING if state == State.CAPTURING else super().undoing(state)


class AcknowledgesUnstored(Operations):
    """Answers as if the order were stored, whatever became of the commit."""

    def store_and_advance(self, asked: Asked, until: float) -> Steps[Order]:
        try:
            return (yield from super().store_and_advance(asked, until))
        except DatabaseError:
            return self.new_order(asked)


class ForgetsValues(Operations):
    """Takes any request for a repeat that has the key of another."""

    def placed_before(self, asked: Asked) -> Order | None:
        return self.store.placed_before(asked.customer, asked.request_id)


class TakesSilenceForNo(Walker):
    """Gives an order up, and its stock, while nobody knows what became of the payment."""

    def attempt(self, work: Copy[Any], owed: Call, until: float) -> Steps[Attempt]:
        attempt = yield from super().attempt(work, owed, until)
        if attempt.answer is Answer.UNKNOWN and owed in (Call.AUTHORIZE_PAYMENT, Call.CAPTURE_PAYMENT):
            return replace(attempt, answer=Answer.NO, reason="PAYMENT_DECLINED")
        return attempt


class AnnouncesFirst(Walker):
    """Announces in a commit of its own what the next one may not store."""

    def move(self, work: Copy[Any], following: State, effects: tuple[Effect, ...], attempt: Attempt) -> Steps[bool]:
        expected = replace(work.row, state=following)
        yield from self.database.commit(lambda tx: self.store.announce(tx, expected, effects), "too early")
        return (yield from super().move(work, following, (), attempt))


class TellsWhatIsNotStored(Walker):
    """Believes in what it wanted to store, whatever became of the commit."""

    def take_back(self, work: Copy[Any], stood: State) -> None:
        pass

    def leave_to_worker(self, work: Copy[Any], attempt: Attempt | None) -> Steps[None]:
        believed = work.row
        yield from super().leave_to_worker(work, attempt)
        work.row = believed


class NeverConfirms(Clients):
    """Takes it for granted that stock is kept for an order."""

    def make(self, work: Order | Refund, owed: Call, until: float) -> Steps[Hold | None]:
        return None if owed == Call.CONFIRM_RESERVATION else (yield from super().make(work, owed, until))


class PaysUnderNewNames(Clients):
    """Every try to authorise is another payment to the provider."""

    tries = count(1)

    def make(self, work: Order | Refund, owed: Call, until: float) -> Steps[Hold | None]:
        if isinstance(work, Order) and owed == Call.AUTHORIZE_PAYMENT:
            work = replace(work, payment_id=f"{work.payment_id}, try {next(self.tries)}")
        return (yield from super().make(work, owed, until))


class CapturesAgain(Provider):
    """Takes the money as often as it is asked."""

    def capture(self, tx: Transaction, payment_id: str) -> str:
        if captured := self.happened(payment_id).get("captured"):
            self.write(tx, payment_id, "captured", captured.amount_minor)
        return super().capture(tx, payment_id)


class RefundsAgain(Provider):
    """Pays back as often as it is asked: it does not look at the key."""

    def refund(self, tx: Transaction, payment_id: str, refund_id: str, amount_minor: int) -> str:
        refused = super().refund(tx, payment_id, f"new {self.database.now}", amount_minor)
        if not refused:
            self.write(tx, payment_id, "refunded", amount_minor, refund_id)
        return refused


class FollowsACursor(Relay):
    """Looks only for messages with higher ids than it has seen."""

    def look(self) -> list[OutboxMessage]:
        seen = max((row.id for row in self.outbox.values() if row.attempts), default=(0, 0))
        found = due(self.outbox.values(), self.database.now)
        return [row for row in found if row.attempts or row.id > seen]


class ForgetsBeforeDelivery(Relay):
    """Marks a message as delivered, and then delivers it."""

    def deliver(self, copy: Copy[OutboxMessage]) -> Steps[bool]:
        yield from self.database.commit(lambda tx: finish(tx, self.outbox, copy, state="done"), "finish")
        return (yield from super().deliver(copy))


class TakesInAgain(Inbox):
    """Takes an event in as often as it comes."""

    def take_in(self, tx: Transaction, event: Event) -> None:
        key, now = tx.new_id(), self.database.now
        tx.put(self.rows, key, InboxMessage(id=key, event=event, received_at=now, next_attempt_at=now))


class AcknowledgesEventsUnstored(Inbox):
    """Answers that it has an event, whatever became of the commit."""

    def deliver(self, event: Event) -> Steps[None]:
        try:
            yield from super().deliver(event)
        except DatabaseError:
            return


class WritesAgain(Notifications):
    """Writes to a buyer as often as it is told."""

    def told(self, event: Event) -> list[Notification]:
        return []


class SendsUnderNewKeys(Notifications):
    """Every try to send is another message to the provider."""

    def handed_over(self, row: Notification) -> tuple[str, str]:
        return f"{row.id}, try {row.attempts}", row.channel
