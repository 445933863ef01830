"""What order_service announces. The only file that does."""

from collections.abc import Iterable

from chassis.outbox.publishing import publish
from orders.mapping import money_to_proto
from orders.models import Order, Refund
from orders.saga import Announcement, Effect
from shop.events.v1.events_pb2 import Event, OrderCancelled, OrderedLine, OrderPaid, OrderPlaced, OrderRefunded


def announce(work: Order | Refund, effects: Iterable[Effect]) -> None:
    """Announce what a step of the saga asks for, in the step's own transaction."""
    for effect in effects:
        match effect, work:
            case Announcement.ORDER_PAID, Order():
                order_paid(work)
            case Announcement.ORDER_CANCELLED, Order():
                order_cancelled(work)
            case Announcement.ORDER_REFUNDED, Refund():
                order_refunded(work)


def order_placed(order: Order) -> None:
    """The order is stored."""
    told = OrderPlaced(order_id=str(order.id), user_id=str(order.user_id))
    publish(Event(subject_id=str(order.id), order_placed=told))


def order_paid(order: Order) -> None:
    """The order is charged, and its stock is kept for it."""
    told = OrderPaid(
        order_id=str(order.id),
        user_id=str(order.user_id),
        lines=[
            OrderedLine(
                product_id=str(line.product_id),
                product_name=line.product_name,
                quantity=line.quantity,
                unit_price=money_to_proto(order.currency, line.unit_price_minor),
            )
            for line in order.lines.all()
        ],
        total=money_to_proto(order.currency, order.total_minor),
    )
    publish(Event(subject_id=str(order.id), order_paid=told))


def order_refunded(refund: Refund) -> None:
    """Money was paid back."""
    told = OrderRefunded(
        order_id=str(refund.order_id),
        user_id=str(refund.order.user_id),
        amount=money_to_proto(refund.order.currency, refund.amount_minor),
    )
    publish(Event(subject_id=str(refund.order_id), order_refunded=told))


def order_cancelled(order: Order) -> None:
    """The order is called off, and nothing is held or charged for it."""
    told = OrderCancelled(order_id=str(order.id), user_id=str(order.user_id), reason=order.cancel_reason)
    publish(Event(subject_id=str(order.id), order_cancelled=told))
