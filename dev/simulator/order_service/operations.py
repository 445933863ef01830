"""What can be done with orders, as `orders/operations.py` has it."""

from dataclasses import dataclass
from itertools import count

from dev.simulator.database import Copy, Transaction
from dev.simulator.failures import Refusal
from dev.simulator.kernel import Steps
from dev.simulator.order_service.advance import Walker
from dev.simulator.order_service.clients import Clients
from dev.simulator.order_service.rows import Cancellation, Order
from dev.simulator.order_service.store import OrderStore
from dev.simulator.order_service.tables import IntegrityError
from dev.simulator.profile import Settings
from dev.simulator.values import Line
from orders import errors
from orders.saga import SAGA, State

UNDONE = (State.VOIDING, State.RELEASING, State.CANCELLED)
REUSED = "REQUEST_ID_REUSED"
# Seconds of the caller's time kept for storing the last answer and sending it.
MARGIN = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request to place an order."""

    customer: str
    request_id: str
    lines: tuple[Line, ...]
    card: str
    patience: float  # Seconds.

    @property
    def fingerprint(self) -> str:
        """The same for the same request."""
        return f"{self.lines} by {self.card}"


class Operations:
    """PlaceOrder and CancelOrder. Each answers with the order as it stands, or raises a Refusal."""

    def __init__(self, store: OrderStore, walker: Walker, clients: Clients, settings: Settings) -> None:
        self.store = store
        self.database = store.database
        self.walker = walker
        self.clients = clients
        self.settings = settings
        self._ids = count(1)

    def until(self, patience: float) -> float:
        """When the time of a call is up that arrives now."""
        return self.database.now + min(patience, self.settings.call_deadline) - MARGIN

    def place_order(self, asked: Asked) -> Steps[Order]:
        """Place an order, and bring it as far as the time allows. A repeat returns the order that came of the first."""
        until = self.until(asked.patience)
        order = yield from self.database.read(lambda: self.placed_before(asked))
        if order is None:
            yield "order.before_validate"
            yield from self.clients.validate(asked.customer, until)
            yield "order.after_validate"
            order = yield from self.store_and_advance(asked, until)
        return _unless_refused(order)

    def store_and_advance(self, asked: Asked, until: float) -> Steps[Order]:
        """Store the intent before any neighbour does anything, and go on; or find the order of a call that raced."""
        work = Copy(self.new_order(asked))
        try:
            yield from self.database.commit(lambda tx: self.store.insert(tx, work.row), "order.storing")
        except IntegrityError:
            self.database.kernel.faults.seen["placed at once by another"] += 1
            other = yield from self.database.read(lambda: self.placed_before(asked))
            if other is None:
                raise
            return other
        yield "order.stored"
        yield from self.walker.advance(work, until)
        return work.row

    def placed_before(self, asked: Asked) -> Order | None:
        """The order with this key. Refusal if it was asked for with other values."""
        order = self.store.placed_before(asked.customer, asked.request_id)
        if order and order.fingerprint != asked.fingerprint:
            raise Refusal(REUSED)
        return order

    def new_order(self, asked: Asked) -> Order:
        """Not stored yet. The worker keeps away while this call is at it."""
        number = next(self._ids)
        return Order(
            id=f"order-{number}",
            user_id=asked.customer,
            placed_by=asked.customer,
            request_id=asked.request_id,
            fingerprint=asked.fingerprint,
            payment_id=f"payment-{number}",
            card=asked.card,
            lines=asked.lines,
            created_at=self.database.now,
            next_attempt_at=self.database.now + self.settings.lease,
        )

    def cancel_order(self, asked: tuple[str, float]) -> Steps[Order]:
        """Call an order off: its id, and the seconds for which the caller waits."""
        order_id, patience = asked
        until = self.until(patience)
        work = Copy((yield from self.database.read(lambda: self.store.find(order_id))))
        # Whoever brings the order forward may be faster, some states in a row.
        while work.row.state not in UNDONE:
            undoing = self.undoing(work.row.state)
            if undoing is None:
                raise Refusal(errors.OrderNotCancellable.reason(), order_id)
            yield "order.before_cancel"
            if (yield from self.call_off(work, undoing)):
                yield from self.walker.advance(work, until)
                return work.row
            self.database.kernel.faults.seen["cancel lost to somebody faster"] += 1
            yield from self.store.refresh(work)
        return work.row

    def undoing(self, state: State) -> State | None:
        """Where an order goes that is called off; None if it is too late."""
        return SAGA[state].on_cancel if state in SAGA else None

    def call_off(self, work: Copy[Order], undoing: State) -> Steps[bool]:
        """Move the order. False if somebody else moved it first."""
        before = work.row.state

        def change(tx: Transaction) -> bool:
            return self.store.move(tx, work, undoing, Cancellation("CANCELLED_BY_CUSTOMER"))

        moved = yield from self.database.commit(change, f"order.moving_to_{undoing}")
        if moved:
            self.database.kernel.tell("%s: %s -> %s (called off)", work.row.id, before, undoing)
        return moved


def _unless_refused(order: Order) -> Order:
    if order.state == State.CANCELLED and errors.undoing(order.cancel_reason):
        raise Refusal(order.cancel_reason, order.id)
    return order


def status(order: Order) -> str:
    """Where an order stands, in its buyer's words."""
    if order.state in SAGA:
        return "pending"
    if order.state == State.CANCELLED:
        return "cancelled"
    return "refunded" if order.hold and 0 < order.refunded_minor == order.hold.total_minor else "paid"
