"""Messages of the contracts, to and from this service's own values."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from uuid import UUID

from chassis.timestamps import timestamp
from notifications.models import Channel, Kind, Notification
from notifications.money import Money
from notifications.values import CancelledOrder, LowStock, PaidLine, PaidOrder, RefundedOrder, one_line
from shop.common.v1 import money_pb2
from shop.events.v1 import events_pb2
from shop.notifications.v1 import notifications_pb2


def paid_order_from_proto(event: events_pb2.Event) -> PaidOrder:
    """The order that an event says is paid."""
    paid = event.order_paid
    return PaidOrder(
        order_id=UUID(paid.order_id),
        total=_money_from_proto(paid.total),
        lines=tuple(_line_from_proto(line) for line in paid.lines),
        paid_at=event.occur_time.ToDatetime(UTC),
    )


def cancelled_order_from_proto(event: events_pb2.Event) -> CancelledOrder:
    """The order that an event says is cancelled."""
    return CancelledOrder(order_id=UUID(event.order_cancelled.order_id), reason=event.order_cancelled.reason)


def refunded_order_from_proto(event: events_pb2.Event) -> RefundedOrder:
    """The order that an event says is refunded."""
    refunded = event.order_refunded
    return RefundedOrder(
        order_id=UUID(refunded.order_id),
        amount=_money_from_proto(refunded.amount),
        refunded_at=event.occur_time.ToDatetime(UTC),
    )


def low_stock_from_proto(event: events_pb2.Event) -> LowStock:
    """The product that an event says runs low."""
    low = event.stock_low
    return LowStock(product_name=one_line(low.product_name), available_quantity=low.available_quantity)


def _line_from_proto(message: events_pb2.OrderedLine) -> PaidLine:
    return PaidLine(
        product_name=one_line(message.product_name),
        quantity=message.quantity,
        unit_price=_money_from_proto(message.unit_price),
    )


def _money_from_proto(message: money_pb2.Money) -> Money:
    return Money(message.currency_code, message.minor_units)


def notification_to_proto(notification: Notification) -> notifications_pb2.Notification:
    """A message to a user, as its reader may see it."""
    return notifications_pb2.Notification(
        notification_id=str(notification.id),
        user_id=str(notification.user_id),
        kind=_kind_to_proto(Kind(notification.kind)),
        channel=_channel_to_proto(Channel(notification.channel)),
        status=notifications_pb2.NotificationStatus.Value(f"NOTIFICATION_STATUS_{notification.status}"),
        subject=notification.subject,
        text=notification.text,
        create_time=timestamp(notification.created_at),
        send_time=timestamp(notification.sent_at) if notification.sent_at else None,
    )


def preferences_from_proto(message: notifications_pb2.Preferences) -> dict[Kind, list[Channel]]:
    """What a user wants of the kinds that are named."""
    return {kind_from_proto(each.kind): _channels_from_proto(each.channels) for each in message.preferences}


def preferences_to_proto(preferences: Mapping[Kind, Sequence[Channel]]) -> notifications_pb2.Preferences:
    """What a user wants."""
    return notifications_pb2.Preferences(
        preferences=[
            notifications_pb2.Preference(
                kind=_kind_to_proto(kind), channels=[_channel_to_proto(channel) for channel in channels]
            )
            for kind, channels in preferences.items()
        ]
    )


def kind_from_proto(kind: notifications_pb2.NotificationKind.ValueType) -> Kind:
    """What a message is about."""
    return Kind(notifications_pb2.NotificationKind.Name(kind).removeprefix("NOTIFICATION_KIND_"))


def _kind_to_proto(kind: Kind) -> notifications_pb2.NotificationKind.ValueType:
    return notifications_pb2.NotificationKind.Value(f"NOTIFICATION_KIND_{kind}")


def _channels_from_proto(channels: Sequence[notifications_pb2.Channel.ValueType]) -> list[Channel]:
    return [Channel(notifications_pb2.Channel.Name(channel).removeprefix("CHANNEL_")) for channel in channels]


def _channel_to_proto(channel: Channel) -> notifications_pb2.Channel.ValueType:
    return notifications_pb2.Channel.Value(f"CHANNEL_{channel}")
