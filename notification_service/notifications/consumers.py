"""The only file that listens: which events lead to which messages."""

from uuid import UUID

from chassis.inbox.registry import consumes
from notifications import operations
from notifications.clients import UserClient
from notifications.mapping import (
    cancelled_order_from_proto,
    low_stock_from_proto,
    paid_order_from_proto,
    refunded_order_from_proto,
)
from notifications.values import News, Welcome
from shop.events.v1.events_pb2 import Event


@consumes("user_registered")
def user_registered(event: Event) -> None:
    """Welcome whoever opened an account."""
    _tell(event, event.user_registered.user_id, Welcome())


@consumes("order_paid")
def order_paid(event: Event) -> None:
    """Send the buyer a receipt."""
    _tell(event, event.order_paid.user_id, paid_order_from_proto(event))


@consumes("order_cancelled")
def order_cancelled(event: Event) -> None:
    """Tell the buyer that nothing will come, and why."""
    _tell(event, event.order_cancelled.user_id, cancelled_order_from_proto(event))


@consumes("order_refunded")
def order_refunded(event: Event) -> None:
    """Tell the buyer that money is on its way back."""
    _tell(event, event.order_refunded.user_id, refunded_order_from_proto(event))


@consumes("stock_low")
def stock_low(event: Event) -> None:
    """Tell whoever buys in for the shop."""
    operations.tell_staff(event_id=UUID(event.event_id), news=low_stock_from_proto(event))


def _tell(event: Event, user_id: str, news: News) -> None:
    operations.tell(event_id=UUID(event.event_id), user_id=UUID(user_id), news=news, contacts=UserClient())
