"""What an order can do with stock: hold it, keep it, give it back.

Every step is repeatable and may arrive late, twice or in the wrong order: a caller that heard no answer asks again,
and a release may overtake the very reserve that it takes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from chassis.failpoints import failpoint
from chassis.money import LARGEST_AMOUNT, amount_text
from products import stock
from products.errors import MixedCurrencies, ReservationDiffers, ReservationNotFound, TotalTooLarge
from products.models import Product, Reservation, ReservationLine, ReservationQuerySet, StockMovement

SWEEP = 100  # Holds that one turn of the worker looks at.


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """How many units of a product an order asks for."""

    product_id: UUID
    quantity: int


def reserve_stock(*, order_id: UUID, lines: Sequence[Line]) -> Reservation:
    """Hold `lines`, all or none, for `settings.HOLD_LIFETIME`, and price them.

    An order has one hold: asking again gives the stored one. Raises ProductNotFound, OutOfStock, MixedCurrencies,
    TotalTooLarge, and ReservationReleased, ReservationExpired or ReservationDiffers if the order's one hold is gone or
    another.
    """
    request_hash = _hash(lines)
    failpoint("product.before_reserve")
    with transaction.atomic(durable=True):
        # The row comes before the stock: of two calls for one order, its key lets only one come that far.
        reservation, created = Reservation.objects.get_or_create(
            order_id=order_id,
            defaults={
                "state": Reservation.State.HELD,
                "request_hash": request_hash,
                "expires_at": Now() + timedelta(seconds=settings.HOLD_LIFETIME),
            },
        )
        if created:
            _hold(reservation, lines)
    return reservation if created else _repeated(order_id, request_hash)


def confirm_reservation(*, order_id: UUID) -> Reservation:
    """Make the order's hold permanent. Raises ReservationNotFound, ReservationReleased or ReservationExpired."""
    _expire(order_id)
    failpoint("product.confirming")
    Reservation.objects.filter(order_id=order_id, state=Reservation.State.HELD).update(
        state=Reservation.State.CONFIRMED
    )
    return _live(order_id)


def release_reservation(*, order_id: UUID) -> Reservation:
    """Give up the order's hold, confirmed or not, and put its units back on sale, once.

    An order that holds nothing yet gets a row that says so, for a late reserve to run into.
    """
    Reservation.objects.get_or_create(order_id=order_id, defaults={"state": Reservation.State.RELEASED})
    _give_up(Reservation.objects.live(), order_id, Reservation.State.RELEASED)
    return Reservation.objects.get(order_id=order_id)


def expire_holds() -> int:
    """Give up holds whose time is up; a task of the worker. Returns how many, at most SWEEP."""
    overdue = Reservation.objects.overdue().order_by("expires_at").values_list("order_id", flat=True)
    # One short transaction each: buyers of the same products wait for no more than that.
    return sum(_expire(order_id) for order_id in list(overdue[:SWEEP]))


def _hold(reservation: Reservation, lines: Sequence[Line]) -> None:
    held = [_take(reservation, line) for line in sorted(lines)]
    ReservationLine.objects.bulk_create(held)
    reservation.currency = _common_currency([line.product for line in held])
    reservation.total_minor = _total(reservation.currency, held)
    reservation.save(update_fields=["currency", "total_minor"])
    reservation.refresh_from_db(fields=["expires_at"])
    failpoint("product.reserving")


def _take(reservation: Reservation, line: Line) -> ReservationLine:
    product = stock.change(
        Product.objects.on_sale(),
        line.product_id,
        -line.quantity,
        reason=StockMovement.Reason.RESERVED,
        order_id=reservation.order_id,
    )
    failpoint("product.reserving_line")
    return ReservationLine(
        reservation=reservation,
        product=product,
        product_name=product.name,
        quantity=line.quantity,
        unit_price_minor=product.price_minor,
    )


def _common_currency(products: Sequence[Product]) -> str:
    currencies = {product.currency for product in products}
    if len(currencies) > 1:
        raise MixedCurrencies(f"Prices in {' and '.join(sorted(currencies))} do not add up.")
    return currencies.pop()


def _total(currency: str, held: Sequence[ReservationLine]) -> int:
    """What the lines cost together, refused while it costs nobody anything: no money has moved yet."""
    total = sum(line.quantity * line.unit_price_minor for line in held)
    if total > LARGEST_AMOUNT:
        told, limit = amount_text(currency, total), amount_text(currency, LARGEST_AMOUNT)
        raise TotalTooLarge(f"The order comes to {told}, and one may cost {limit} at most.")
    return total


def _repeated(order_id: UUID, request_hash: str) -> Reservation:
    _expire(order_id)
    reservation = Reservation.objects.get(order_id=order_id)
    reservation.require_live()
    if reservation.request_hash != request_hash:
        raise ReservationDiffers
    return reservation


def _live(order_id: UUID) -> Reservation:
    reservation = Reservation.objects.filter(order_id=order_id).first()
    if reservation is None:
        raise ReservationNotFound
    reservation.require_live()
    return reservation


def _expire(order_id: UUID) -> int:
    return _give_up(Reservation.objects.overdue(), order_id, Reservation.State.EXPIRED)


def _give_up(among: ReservationQuerySet, order_id: UUID, state: Reservation.State) -> int:
    """End the order's hold in `state` and put its units back, if it is among those. Returns 1 if so, else 0."""
    with transaction.atomic(durable=True):
        # Whoever changes the state puts the units back, and only one can.
        ended = among.filter(order_id=order_id).update(state=state)
        lines = ReservationLine.objects.filter(reservation_id=order_id).order_by("product_id") if ended else []
        for line in lines:
            stock.change(
                Product.objects.all(),
                line.product_id,
                line.quantity,
                reason=StockMovement.Reason.RELEASED,
                order_id=order_id,
            )
        failpoint("product.giving_up")
    return ended


def _hash(lines: Sequence[Line]) -> str:
    return sha256("\n".join(f"{line.product_id} {line.quantity}" for line in sorted(lines)).encode()).hexdigest()
