"""Messages to values, and rows to messages. No decisions."""

from collections.abc import Sequence
from uuid import UUID

from chassis.timestamps import duration, timestamp
from orders.models import Order, OrderLine, Status
from orders.moments import Moment
from orders.saga import State
from orders.values import HeldLine, Hold, Line, Money
from shop.common.v1 import money_pb2
from shop.orders.v1 import orders_pb2
from shop.products.v1 import products_pb2

STATUSES = {
    Status.PENDING: orders_pb2.ORDER_STATUS_PENDING,
    Status.PAID: orders_pb2.ORDER_STATUS_PAID,
    Status.CANCELLED: orders_pb2.ORDER_STATUS_CANCELLED,
    Status.REFUNDED: orders_pb2.ORDER_STATUS_REFUNDED,
}


def status_from_proto(status: orders_pb2.OrderStatus.ValueType) -> Status | None:
    """Where orders stand that are asked for; None for anywhere."""
    return next((ours for ours, theirs in STATUSES.items() if theirs == status), None)


def lines_from_proto(lines: Sequence[orders_pb2.PlaceOrderLine]) -> list[Line]:
    """What to buy."""
    return [Line(UUID(line.product_id), line.quantity) for line in lines]


def hold_from_proto(reservation: products_pb2.Reservation) -> Hold:
    """What product_service holds. ValueError if that has no price: it would pass for a gift."""
    if not reservation.HasField("total"):
        raise ValueError(f"what is held for {reservation.order_id} has no price")
    lines = [
        HeldLine(UUID(line.product_id), line.product_name, money_from_proto(line.unit_price))
        for line in reservation.lines
    ]
    return Hold(lines, money_from_proto(reservation.total))


def money_from_proto(money: money_pb2.Money) -> Money:
    """An amount."""
    return Money(money.currency_code, money.minor_units)


def money_to_proto(currency: str, minor: int | None) -> money_pb2.Money | None:
    """An amount; None where there is none yet."""
    return None if minor is None else money_pb2.Money(currency_code=currency, minor_units=minor)


def order_to_proto(order: Order) -> orders_pb2.Order:
    """An order, as its buyer sees it."""
    return orders_pb2.Order(
        order_id=str(order.id),
        user_id=str(order.user_id),
        status=STATUSES[order.status],
        lines=[line_to_proto(line, order.currency) for line in order.lines.all()],
        total=money_to_proto(order.currency, order.total_minor),
        refunded=money_to_proto(order.currency, order.refunded_minor or None),
        cancel_reason=order.cancel_reason if order.state == State.CANCELLED else "",
        create_time=timestamp(order.created_at),
        update_time=timestamp(order.updated_at),
    )


def line_to_proto(line: OrderLine, currency: str) -> orders_pb2.OrderLine:
    """One product of an order."""
    return orders_pb2.OrderLine(
        product_id=str(line.product_id),
        product_name=line.product_name,
        quantity=line.quantity,
        unit_price=money_to_proto(currency, line.unit_price_minor),
    )


def moment_to_proto(moment: Moment) -> orders_pb2.TimelineEntry:
    """One thing that happened to an order."""
    amount = moment.amount
    return orders_pb2.TimelineEntry(
        occur_time=timestamp(moment.at),
        kind=orders_pb2.TimelineKind.Value(f"TIMELINE_KIND_{moment.kind.name}"),
        summary=moment.summary,
        state=moment.state,
        call=moment.call,
        answer=moment.answer,
        reason=moment.reason,
        start_time=timestamp(moment.started_at) if moment.started_at else None,
        duration=None if moment.duration_ms is None else duration(moment.duration_ms),
        attempt=moment.attempt,
        refund_id=str(moment.refund_id or ""),
        amount=money_to_proto(amount.currency, amount.minor) if amount else None,
        event=moment.event,
        delivery=moment.delivery,
        settle_time=timestamp(moment.settled_at) if moment.settled_at else None,
        omitted=moment.omitted,
        subscriber=moment.subscriber,
        detail=moment.detail,
    )
