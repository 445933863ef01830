"""What an order can do with stock, as `products/reservations.py` has it."""

from dataclasses import dataclass, replace

from chassis.money import LARGEST_AMOUNT
from dev.simulator.database import Database, Transaction
from dev.simulator.failures import Refusal
from dev.simulator.kernel import Steps
from dev.simulator.product_service.stock import Stock
from dev.simulator.profile import Settings
from dev.simulator.values import Hold, Line

LIVE = ("held", "confirmed")
SWEEP = 100
NOTHING = Hold({}, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """Stock set aside for an order, or the note that the order may not have any."""

    order_id: str
    state: str
    lines: tuple[Line, ...] = ()
    hold: Hold = NOTHING
    expires_at: float | None = None


class Reservations(Stock):
    """Holds. Each call may come twice, late, or in the wrong order."""

    def __init__(self, database: Database, settings: Settings) -> None:
        super().__init__(database)
        self.settings = settings
        self.reservations: dict[str, Reservation] = {}

    def reserve_stock(self, asked: tuple[str, tuple[Line, ...]]) -> Steps[Hold]:
        """Hold all lines or none, and price them. An order has one hold: asking again gives the stored one."""
        order_id, lines = asked
        yield "product.before_reserve"
        hold = yield from self.database.commit(lambda tx: self.hold(tx, order_id, lines), "product.reserving")
        if hold is not None:
            return hold
        yield from self.expire(order_id)
        reservation = yield from self.database.read(lambda: self.live(order_id))
        if sorted(reservation.lines) != sorted(lines):
            raise Refusal("RESERVATION_DIFFERS")
        return reservation.hold

    def confirm_reservation(self, asked: tuple[str]) -> Steps[None]:
        """Make the order's hold permanent."""
        (order_id,) = asked
        yield from self.expire(order_id)
        yield from self.database.commit(lambda tx: self.confirm(tx, order_id), "product.confirming")
        yield from self.database.read(lambda: self.live(order_id))

    def release_reservation(self, asked: tuple[str]) -> Steps[None]:
        """Give up the order's hold, confirmed or not, and put its units back on sale, once."""
        (order_id,) = asked
        yield from self.database.commit(lambda tx: self.leave_note(tx, order_id), "product.releasing")
        yield from self.database.commit(lambda tx: self.give_up(tx, order_id, "released"), "product.giving_up")
        yield from self.database.read(lambda: self.reservations.get(order_id))

    def expire_holds(self) -> Steps[int]:
        """Give up holds whose time is up; a task of the worker."""
        if not self.overdue():
            return 0
        expired = 0
        for reservation in (yield from self.database.read(self.overdue))[:SWEEP]:
            expired += yield from self.expire(reservation.order_id)
        return expired

    def expire(self, order_id: str) -> Steps[int]:
        """Give up the order's hold if its time is up."""
        return (yield from self.database.commit(lambda tx: self.give_up(tx, order_id, "expired"), "product.giving_up"))

    def hold(self, tx: Transaction, order_id: str, lines: tuple[Line, ...]) -> Hold | None:
        """Set the units of all lines aside. None if the order has a reservation.

        Refusal if there are too few, or they cost too much.
        """
        if order_id in self.reservations:
            return None
        prices = {line.product_id: self.take(tx, order_id, line) for line in sorted(lines)}
        hold = Hold(prices, sum(line.quantity * prices[line.product_id] for line in lines))
        if hold.total_minor > LARGEST_AMOUNT:
            raise Refusal("TOTAL_TOO_LARGE")
        self.tell(order_id, "held")
        expires_at = self.database.now + self.settings.hold_lifetime
        tx.put(
            self.reservations,
            order_id,
            Reservation(order_id=order_id, state="held", lines=lines, hold=hold, expires_at=expires_at),
        )
        return hold

    def confirm(self, tx: Transaction, order_id: str) -> None:
        """Make a hold permanent, if there is one."""
        reservation = self.reservations.get(order_id)
        if reservation and reservation.state == "held":
            self.tell(order_id, "confirmed")
            tx.put(self.reservations, order_id, replace(reservation, state="confirmed"))

    def leave_note(self, tx: Transaction, order_id: str) -> None:
        """An order that holds nothing yet gets a row that says so, for a late reserve to run into."""
        if order_id not in self.reservations:
            self.tell(order_id, "not to be held")
            tx.put(self.reservations, order_id, Reservation(order_id=order_id, state="released"))

    def give_up(self, tx: Transaction, order_id: str, state: str) -> int:
        """End the order's hold in `state`, if it may end so, and put its units back. Returns 1 if so, else 0."""
        reservation = self.reservations.get(order_id)
        if reservation is None or not self.may_end(reservation, state):
            return 0
        self.tell(order_id, state)
        tx.put(self.reservations, order_id, replace(reservation, state=state))
        for line in reservation.lines:
            self.change(tx, self.products[line.product_id], line.quantity, "released", order_id)
        return 1

    def tell(self, order_id: str, state: str) -> None:
        """Add to the story."""
        self.database.kernel.tell("stock for %s is %s", order_id, state)

    def may_end(self, reservation: Reservation, state: str) -> bool:
        """Whoever is live may be released; only a hold whose time is up may expire."""
        if state == "released":
            return reservation.state in LIVE
        return reservation.state == "held" and (reservation.expires_at or 0.0) <= self.database.now

    def overdue(self) -> list[Reservation]:
        """Holds whose time is up, the longest first."""
        found = [row for row in self.reservations.values() if self.may_end(row, "expired")]
        return sorted(found, key=lambda row: row.expires_at or 0.0)

    def live(self, order_id: str) -> Reservation:
        """The order's reservation. Refusal if it has none, or its stock is back on sale."""
        reservation = self.reservations.get(order_id)
        if reservation is None:
            raise Refusal("RESERVATION_NOT_FOUND")
        if reservation.state not in LIVE:
            raise Refusal(f"RESERVATION_{reservation.state.upper()}")
        return reservation
