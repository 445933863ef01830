"""Every failpoint of the shop, and what customers have to do so that somebody comes by."""

from enum import StrEnum


class Story(StrEnum):
    """What becomes of the orders in flight."""

    PAID = "paid"
    PAID_BY_REST = "paid by REST"
    DECLINED = "declined"
    CANCELLED = "called off once the money is set aside"
    REFUNDED = "paid, and paid back"
    REFUSED_REFUND = "paid, and not to be paid back"
    RECOVERED = "left to the worker"


# By the crash points of a distributed order: before a call and after its answer, inside each transaction and right
# after it, at the neighbours, at the provider, on the way of an event, and of its message.
POINTS = {
    Story.PAID: (
        "order.before_validate",
        "ValidateUser.before_reply",
        "order.after_validate",
        "order.storing",
        "order.stored",
        "order.before_reserve_stock",
        "product.before_reserve",
        "product.reserving_line",
        "product.reserving",
        "ReserveStock.before_reply",
        "order.after_reserve_stock",
        "order.moving_to_authorizing",
        "order.before_authorize_payment",
        "provider.authorizing",
        "provider.authorized",
        "order.after_authorize_payment",
        "order.moving_to_confirming",
        "order.before_confirm_reservation",
        "product.confirming",
        "ConfirmReservation.before_reply",
        "order.after_confirm_reservation",
        "order.moving_to_capturing",
        "order.before_capture_payment",
        "provider.capturing",
        "provider.captured",
        "order.after_capture_payment",
        "order.moving_to_paid",
        "PlaceOrder.before_reply",
        "outbox.claimed",
        "outbox.delivered",
        "inbox.before_store",
        "Deliver.before_reply",
        "inbox.claimed",
        "GetContact.before_reply",
        "notification.storing",
        "inbox.consumed",
        "notification.claimed",
        "notification.handed_over",
        "notification.storing_sent",
    ),
    Story.PAID_BY_REST: ("edge.before_call", "edge.before_reply"),
    Story.DECLINED: (
        "order.moving_to_releasing",
        "order.before_release_reservation",
        "product.giving_up",
        "ReleaseReservation.before_reply",
        "order.after_release_reservation",
        "order.moving_to_cancelled",
    ),
    Story.CANCELLED: (
        "order.before_cancel",
        "order.moving_to_voiding",
        "order.before_void_payment",
        "provider.voiding",
        "provider.voided",
        "order.after_void_payment",
        "CancelOrder.before_reply",
    ),
    Story.REFUNDED: (
        "order.storing_refund",
        "order.before_refund_payment",
        "provider.refunding",
        "provider.refunded",
        "order.after_refund_payment",
        "order.moving_to_refunded",
        "RefundOrder.before_reply",
    ),
    Story.REFUSED_REFUND: ("order.moving_to_refund_refused",),
    Story.RECOVERED: ("order.taken_up",),
}
