"""Products and reservations as messages."""

from uuid import UUID

from chassis.field_masks import masked
from chassis.timestamps import timestamp
from products.listing import NEWEST
from products.models import Product, Reservation, ReservationLine, StockMovement
from products.reservations import Line
from shop.common.v1.money_pb2 import Money
from shop.products.v1 import products_pb2

REASONS = {
    products_pb2.STOCK_REASON_RECEIVED: StockMovement.Reason.RECEIVED,
    products_pb2.STOCK_REASON_DAMAGED: StockMovement.Reason.DAMAGED,
    products_pb2.STOCK_REASON_CORRECTION: StockMovement.Reason.CORRECTION,
}

ORDERS = {
    products_pb2.PRODUCT_SORT_UNSPECIFIED: NEWEST,
    products_pb2.PRODUCT_SORT_NAME: ("name", "id"),
    products_pb2.PRODUCT_SORT_PRICE_ASCENDING: ("price_minor", "id"),
    products_pb2.PRODUCT_SORT_PRICE_DESCENDING: ("-price_minor", "-id"),
}

CHANGEABLE = {"name", "description", "category", "price"}

STATES = {
    Reservation.State.HELD: products_pb2.RESERVATION_STATE_HELD,
    Reservation.State.CONFIRMED: products_pb2.RESERVATION_STATE_CONFIRMED,
    Reservation.State.RELEASED: products_pb2.RESERVATION_STATE_RELEASED,
    Reservation.State.EXPIRED: products_pb2.RESERVATION_STATE_EXPIRED,
}


def product_to_proto(product: Product) -> products_pb2.Product:
    """A product as everybody may see it."""
    return products_pb2.Product(
        product_id=str(product.id),
        sku=product.sku,
        name=product.name,
        description=product.description,
        category=product.category,
        price=Money(currency_code=product.currency, minor_units=product.price_minor),
        available_quantity=product.available,
        archived=product.archived_at is not None,
        create_time=timestamp(product.created_at),
        update_time=timestamp(product.updated_at),
    )


def changes_from_proto(request: products_pb2.UpdateProductRequest) -> dict[str, str | int]:
    """The fields of a product to change, and their new values. Raises InvalidArgument if the mask is not one."""
    changes: dict[str, str | int] = {}
    for name in masked(request, request.update_mask, CHANGEABLE, required=CHANGEABLE - {"description"}):
        if name == "price":
            changes |= {"price_minor": request.price.minor_units, "currency": request.price.currency_code}
        else:
            changes[name] = getattr(request, name)
    return changes


def reservation_to_proto(reservation: Reservation) -> products_pb2.Reservation:
    """A hold; without lines and total if the order never held anything."""
    lines = reservation.lines.order_by("id")
    return products_pb2.Reservation(
        order_id=str(reservation.order_id),
        state=STATES[Reservation.State(reservation.state)],
        lines=[_line_to_proto(line, reservation.currency) for line in lines],
        total=Money(currency_code=reservation.currency, minor_units=reservation.total_minor)
        if reservation.currency
        else None,
        expire_time=timestamp(reservation.expires_at) if reservation.expires_at else None,
    )


def line_from_proto(line: products_pb2.ReserveStockLine) -> Line:
    """What to hold of one product."""
    return Line(product_id=UUID(line.product_id), quantity=line.quantity)


def _line_to_proto(line: ReservationLine, currency: str) -> products_pb2.ReservationLine:
    return products_pb2.ReservationLine(
        product_id=str(line.product_id),
        product_name=line.product_name,
        quantity=line.quantity,
        unit_price=Money(currency_code=currency, minor_units=line.unit_price_minor),
    )
