"""S1: nothing is sold that is not there."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from dev.audit.evidence import Evidence, Line, Reservation
from dev.audit.properties.declared import Fault, Property

LIVE = ("held", "confirmed")
ENDED = ("released", "expired")
BY_HAND = ("received", "damaged", "correction")


def products_add_up(evidence: Evidence) -> Iterator[Fault]:
    """What is available, by every account of it."""
    moved, by_hand, set_aside = Counter[str](), Counter[str](), Counter[str]()
    for movement in evidence.movements:
        moved[movement.product_id] += movement.delta
        by_hand[movement.product_id] += movement.delta if movement.reason in BY_HAND else 0
    for reservation in evidence.reservations:
        for line in reservation.lines if reservation.state in LIVE else ():
            set_aside[line.product_id] += line.quantity
    for product in evidence.products:
        name, available, aside = f"product {product.id}", product.available, set_aside[product.id]
        if available < 0:
            yield name, f"{available} units are available"
        if available != moved[product.id]:
            yield name, f"{available} units are available, but its movements add up to {moved[product.id]}"
        if available + aside != by_hand[product.id]:
            yield name, f"{available} available and {aside} set aside are not the {by_hand[product.id]} put in by hand"


def stock_is_of_products(evidence: Evidence) -> Iterator[Fault]:
    """Whatever moved, or is set aside, is a product."""
    known = {product.id for product in evidence.products}
    moved = {movement.product_id for movement in evidence.movements}
    reserved = {line.product_id for reservation in evidence.reservations for line in reservation.lines}
    for product_id in sorted((moved | reserved) - known):
        yield f"product {product_id}", "is moved or set aside, but there is no such product"


def lines_move_stock_once(evidence: Evidence) -> Iterator[Fault]:
    """Each line of a reservation takes its units once, and gives them back once if it is over."""
    moved = defaultdict[tuple[str | None, str], list[tuple[str, int]]](list)
    for movement in evidence.movements:
        if movement.reason not in BY_HAND:
            moved[movement.order_id, movement.product_id].append((movement.reason, movement.delta))
    for reservation in evidence.reservations:
        for line in reservation.lines:
            found = moved.pop((reservation.order_id, line.product_id), [])
            if sorted(found) != _due(reservation, line):
                yield (
                    reservation.order_id,
                    f"a {reservation.state} line of {line.quantity} of product {line.product_id} {_told(found)}",
                )
    for (order_id, product_id), found in moved.items():
        yield order_id or "no order", f"holds no line of product {product_id}, but {_told(found)}"


def _due(reservation: Reservation, line: Line) -> list[tuple[str, int]]:
    back = [("released", line.quantity)] if reservation.state in ENDED else []
    return [*back, ("reserved", -line.quantity)]


def _told(movements: list[tuple[str, int]]) -> str:
    return f"moved stock by {', '.join(f'{delta:+} {reason}' for reason, delta in movements) or 'nothing'}"


S1 = Property(
    "S1",
    "nothing is sold that is not there: stock adds up",
    "products",
    lambda evidence: len(evidence.products),
    (products_add_up, stock_is_of_products, lines_move_stock_once),
)
