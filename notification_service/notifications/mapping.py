"""Messages of the contracts, to and from this service's own values."""

from uuid import UUID

from chassis.timestamps import timestamp
from notifications.models import Notification
from notifications.money import Money
from notifications.values import PaidLine, PaidOrder, one_line
from shop.common.v1 import money_pb2
from shop.events.v1 import events_pb2
from shop.notifications.v1 import notifications_pb2


def paid_order_from_proto(message: events_pb2.OrderPaid) -> PaidOrder:
    """The order that an event tells of."""
    return PaidOrder(
        order_id=UUID(message.order_id),
        user_id=UUID(message.user_id),
        lines=tuple(_line_from_proto(line) for line in message.lines),
        total=_money_from_proto(message.total),
    )


def _line_from_proto(message: events_pb2.OrderedLine) -> PaidLine:
    return PaidLine(
        product_name=one_line(message.product_name),
        quantity=message.quantity,
        unit_price=_money_from_proto(message.unit_price),
    )


def _money_from_proto(message: money_pb2.Money) -> Money:
    return Money(message.currency_code, message.minor_units)


def notification_to_proto(notification: Notification) -> notifications_pb2.Notification:
    """A message as its reader may see it."""
    return notifications_pb2.Notification(
        notification_id=str(notification.id),
        user_id=str(notification.user_id),
        kind=notifications_pb2.NotificationKind.Value(f"NOTIFICATION_KIND_{notification.kind}"),
        channel=notifications_pb2.Channel.Value(f"CHANNEL_{notification.channel}"),
        status=notifications_pb2.NotificationStatus.Value(f"NOTIFICATION_STATUS_{notification.status}"),
        subject=notification.subject,
        text=notification.text,
        create_time=timestamp(notification.created_at),
        send_time=timestamp(notification.sent_at) if notification.sent_at else None,
    )
