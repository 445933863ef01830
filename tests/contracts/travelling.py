"""Where what comes in goes on to: into columns, events, and requests of other services.

A column is named as in "order_service.OrderLine.product_name", a field of a contract by its full name. Ids, enums and
yes or no have no row: they are the same everywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

# Of an order: a price, in each of the largest number of lines, for the largest quantity.
LINES, QUANTITY = "shop.orders.v1.PlaceOrderRequest.lines", "shop.orders.v1.PlaceOrderLine.quantity"
NAMES = (
    "product_service.Product.name",
    "product_service.ReservationLine.product_name",
    "order_service.OrderLine.product_name",
    "shop.events.v1.OrderedLine.product_name",
    "shop.events.v1.StockLow.product_name",
    "shop.notifications.v1.SendNotificationRequest.values",
)
PRICES = (
    "product_service.Product.price_minor",
    "product_service.ReservationLine.unit_price_minor",
    "order_service.OrderLine.unit_price_minor",
    "shop.events.v1.OrderedLine.unit_price",
)
# What a whole order comes to, and any part of it that is paid back.
TOTALS = (
    "product_service.Reservation.total_minor",
    "order_service.Order.total_minor",
    "order_service.Order.refunded_minor",
    "order_service.Refund.amount_minor",
    "order_service.LedgerEntry.amount_minor",
    "shop.events.v1.OrderPaid.total",
    "shop.events.v1.OrderRefunded.amount",
)
CURRENCIES = (
    "product_service.Product.currency",
    "product_service.Reservation.currency",
    "order_service.Order.currency",
    "order_service.LedgerEntry.currency",
    "shop.notifications.v1.SendNotificationRequest.values",
)

TRAVELS: Mapping[str, tuple[str, ...]] = {
    "shop.users.v1.RegisterRequest.email": (
        "user_service.User.email",
        "notification_service.Notification.recipient",
    ),
    "shop.users.v1.RegisterRequest.display_name": ("user_service.User.display_name",),
    "shop.users.v1.RegisterRequest.phone": (
        "user_service.User.phone",
        "notification_service.Notification.recipient",
    ),
    "shop.users.v1.RegisterRequest.language": (
        "user_service.User.language",
        "notification_service.Notification.language",
    ),
    "shop.users.v1.UpdateUserRequest.display_name": ("user_service.User.display_name",),
    "shop.users.v1.UpdateUserRequest.phone": (
        "user_service.User.phone",
        "notification_service.Notification.recipient",
    ),
    "shop.users.v1.UpdateUserRequest.language": (
        "user_service.User.language",
        "notification_service.Notification.language",
    ),
    "shop.products.v1.CreateProductRequest.sku": ("product_service.Product.sku",),
    "shop.products.v1.CreateProductRequest.name": NAMES,
    "shop.products.v1.CreateProductRequest.description": ("product_service.Product.description",),
    "shop.products.v1.CreateProductRequest.category": ("product_service.Product.category",),
    "shop.products.v1.CreateProductRequest.price": PRICES,
    "shop.products.v1.UpdateProductRequest.name": NAMES,
    "shop.products.v1.UpdateProductRequest.description": ("product_service.Product.description",),
    "shop.products.v1.UpdateProductRequest.category": ("product_service.Product.category",),
    "shop.products.v1.UpdateProductRequest.price": PRICES,
    "shop.products.v1.AdjustStockRequest.delta": ("product_service.StockMovement.delta",),
    "shop.products.v1.AdjustStockRequest.note": ("product_service.StockMovement.note",),
    "shop.products.v1.ListProductsRequest.min_price": ("product_service.Product.price_minor",),
    "shop.products.v1.ListProductsRequest.max_price": ("product_service.Product.price_minor",),
    "shop.products.v1.ReserveStockLine.quantity": ("product_service.ReservationLine.quantity",),
    "shop.orders.v1.PlaceOrderRequest.payment_token": ("order_service.Order.payment_token",),
    QUANTITY: (
        "order_service.OrderLine.quantity",
        "shop.products.v1.ReserveStockLine.quantity",
        "shop.events.v1.OrderedLine.quantity",
    ),
    "shop.orders.v1.RefundOrderRequest.amount": (
        "order_service.Refund.asked_minor",
        "order_service.Refund.amount_minor",
        "order_service.LedgerEntry.amount_minor",
        "shop.events.v1.OrderRefunded.amount",
    ),
    "shop.orders.v1.RefundOrderRequest.note": ("order_service.Refund.note",),
}

# Fields that end where they come in, and why.
STAYS = {
    "password": "only its hash is kept",
    "current_password": "it is compared with a hash",
    "new_password": "only its hash is kept",
    "refresh_token": "its hash is looked up",
    "page_size": "it is a number of rows, capped",
    "page_token": "it is opened, and compared with rows",
    "query": "rows are searched for it",
    "after_version": "it is compared with a number",
    "shop.users.v1.LoginRequest.email": "an account is looked up by it",
    "shop.products.v1.ListProductsRequest.category": "rows are compared with it",
}

# Fields of events and of requests between services that no caller's value reaches, and what does instead.
MADE_HERE = {
    "shop.events.v1.OrderCancelled.reason": "the name of a refusal, see test_a_reason_fits_where_it_is_kept",
    "shop.events.v1.StockLow.available_quantity": "at most the threshold of low stock, a small integer",
}


@dataclass(frozen=True, slots=True)
class Bound:
    """What grows on its way: the largest that comes of `made`, and where that goes."""

    made: Callable[[Mapping[str, int]], int]  # Of the largest values of fields, by name.
    to: tuple[str, ...]


GROWS = {
    "the total of an order": Bound(
        lambda largest: largest["shop.common.v1.Money.minor_units"] * largest[QUANTITY] * largest[LINES], TOTALS
    ),
    "the number of a line": Bound(lambda largest: largest[LINES] - 1, ("order_service.OrderLine.position",)),
}
