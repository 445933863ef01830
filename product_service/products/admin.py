"""Products, stock and holds, as the staff see them."""

from typing import ClassVar

from django.contrib import admin
from django.utils.safestring import SafeString

from chassis.money import amount_text
from chassis.staff.admin import ReadOnlyAdmin
from chassis.staff.html import badge, link, short, table
from products.models import Product, Reservation, ReservationLine, StockMovement

LATEST = 20  # Movements on a product's page. All are in their own list.


@admin.register(Product)
class ProductAdmin(ReadOnlyAdmin):
    """A product with what moved its stock and who holds some of it."""

    list_display = ("sku", "name", "category", "price", "available", "low_stock_threshold", "on_sale")
    list_filter = ("category", "currency", ("archived_at", admin.EmptyFieldListFilter))
    search_fields = ("id", "sku", "name")
    date_hierarchy = "created_at"
    ordering = ("name", "id")
    exclude = ("price_minor", "currency")
    readonly_fields: ClassVar = ["id", "price", "on_sale", "movements", "holds"]

    @admin.display(description="Price", ordering="price_minor")
    def price(self, product: Product) -> str:
        return amount_text(product.currency, product.price_minor)

    @admin.display(description="State", ordering="archived_at")
    def on_sale(self, product: Product) -> SafeString:
        return badge("archived" if product.archived_at else "active")

    @admin.display(description=f"Latest {LATEST} movements")
    def movements(self, product: Product) -> str:
        latest = product.movements.order_by("-id")[:LATEST]
        rows = ((link(each, f"{each.delta:+}"), each.reason, each.order_id or "", each.created_at) for each in latest)
        return table(("Change", "Reason", "Order", "At"), rows)

    @admin.display(description="Holds")
    def holds(self, product: Product) -> str:
        """Stock that is set aside for orders that are not decided yet."""
        held = Reservation.objects.filter(state=Reservation.State.HELD)
        lines = ReservationLine.objects.filter(product=product, reservation__in=held).select_related("reservation")
        rows = (
            (link(each.reservation, each.reservation_id), each.quantity, each.reservation.expires_at) for each in lines
        )
        return table(("Order", "Quantity", "Expires"), rows)


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    """Every change of every stock."""

    list_display = ("product", "delta", "reason", "order_id", "user_id", "note", "created_at")
    list_filter = ("reason", "created_at")
    list_select_related = ("product",)
    search_fields = ("order_id", "user_id", "product__sku", "product__name")
    date_hierarchy = "created_at"
    ordering = ("-id",)


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    """Stock set aside for orders."""

    list_display = ("number", "state_badge", "total", "expires_at", "created_at")
    list_filter = ("state", "created_at")
    search_fields = ("order_id",)
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    fields = ("order_id", "state_badge", "held", "total", "expires_at", "created_at")
    readonly_fields: ClassVar = ["state_badge", "held", "total"]

    @admin.display(description="Order", ordering="order_id")
    def number(self, reservation: Reservation) -> str:
        return short(reservation.order_id)

    @admin.display(description="State", ordering="state")
    def state_badge(self, reservation: Reservation) -> SafeString:
        return badge(reservation.state)

    @admin.display(description="Lines")
    def held(self, reservation: Reservation) -> str:
        lines = reservation.lines.select_related("product").order_by("id")
        return table(
            ("Product", "Quantity", "Unit price"),
            (
                (
                    link(line.product, line.product_name),
                    line.quantity,
                    amount_text(reservation.currency, line.unit_price_minor),
                )
                for line in lines
            ),
        )

    @admin.display(description="Total", ordering="total_minor")
    def total(self, reservation: Reservation) -> str:
        return amount_text(reservation.currency, reservation.total_minor)
