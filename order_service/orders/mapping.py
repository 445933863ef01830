"""Messages to values, and rows to messages. No decisions."""

from collections.abc import Sequence
from uuid import UUID

from chassis.timestamps import timestamp
from orders.models import Order, OrderLine
from orders.saga import SAGA, State
from orders.values import HeldLine, Hold, Line, Money
from shop.common.v1 import money_pb2
from shop.orders.v1 import orders_pb2
from shop.products.v1 import products_pb2

PENDING = [state for state in State if state in SAGA]
STATES: dict[orders_pb2.OrderStatus.ValueType, list[State]] = {
    orders_pb2.ORDER_STATUS_UNSPECIFIED: [],
    orders_pb2.ORDER_STATUS_PENDING: PENDING,
    orders_pb2.ORDER_STATUS_PAID: [State.PAID],
    orders_pb2.ORDER_STATUS_CANCELLED: [State.CANCELLED],
}


def lines_from_proto(lines: Sequence[orders_pb2.PlaceOrderLine]) -> list[Line]:
    """What to buy."""
    return [Line(UUID(line.product_id), line.quantity) for line in lines]


def hold_from_proto(reservation: products_pb2.Reservation) -> Hold:
    """What product_service holds."""
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
    """An order, as its buyer sees it: what it owes its neighbours is PENDING to them."""
    return orders_pb2.Order(
        order_id=str(order.id),
        user_id=str(order.user_id),
        status=status_to_proto(State(order.state)),
        lines=[line_to_proto(line, order.currency) for line in order.lines.all()],
        total=money_to_proto(order.currency, order.total_minor),
        cancel_reason=order.cancel_reason if order.state == State.CANCELLED else "",
        create_time=timestamp(order.created_at),
        update_time=timestamp(order.updated_at),
    )


def status_to_proto(state: State) -> orders_pb2.OrderStatus.ValueType:
    """The buyer's word for a state."""
    return next(status for status, states in STATES.items() if state in states)


def line_to_proto(line: OrderLine, currency: str) -> orders_pb2.OrderLine:
    """One product of an order."""
    return orders_pb2.OrderLine(
        product_id=str(line.product_id),
        product_name=line.product_name,
        quantity=line.quantity,
        unit_price=money_to_proto(currency, line.unit_price_minor),
    )
