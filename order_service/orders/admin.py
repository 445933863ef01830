"""Orders, as the staff see them."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from chassis.money import amount_text
from chassis.staff.admin import ReadOnlyAdmin
from chassis.staff.events import events_of
from chassis.staff.html import badge, short, table
from orders.models import Order
from sandbox.models import LedgerEntry

CANCELLATION = "Cancellation"


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """An order with all that became of it: lines, payment, hold, and what was announced."""

    list_display = ("number", "state_badge", "total_text", "buyer", "created_at", "cancel_reason")
    list_filter = ("state", "cancel_reason", "currency", "created_at")
    search_fields = ("id", "user_id", "placed_by", "payment_id", "request_id", "lines__product_name")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-id")
    secrets = ("payment_token",)
    readonly_fields: ClassVar = [
        "state_badge",
        "bought",
        "total_text",
        "owes",
        "hold",
        "ledger",
        "refunded",
        "announced",
    ]
    fieldsets: ClassVar = [
        (
            None,
            {
                "fields": [
                    "id",
                    "state_badge",
                    "bought",
                    "total_text",
                    "user_id",
                    "placed_by",
                    "created_at",
                    "updated_at",
                ]
            },
        ),
        ("Payment", {"fields": ["payment_id", "ledger", "refunded"]}),
        ("Hold", {"fields": ["hold"]}),
        (CANCELLATION, {"fields": ["cancel_reason", "cancel_message", "cancel_metadata"]}),
        ("Events", {"fields": ["announced"]}),
        ("Progress", {"fields": ["owes", "attempts", "next_attempt_at", "last_error", "version", "request_id"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Order | None = None) -> Any:
        """Without the part on its cancellation, if it is not cancelled."""
        told = obj is not None and obj.cancel_reason
        return [each for each in super().get_fieldsets(request, obj) if told or each[0] != CANCELLATION]

    @admin.display(description="Order", ordering="id")
    def number(self, order: Order) -> str:
        return short(order.id)

    @admin.display(description="State", ordering="state")
    def state_badge(self, order: Order) -> SafeString:
        return badge(order.state)

    @admin.display(description="Buyer", ordering="user_id")
    def buyer(self, order: Order) -> str:
        return short(order.user_id)

    @admin.display(description="Lines")
    def bought(self, order: Order) -> str:
        return table(
            ("Product", "Id", "Quantity", "Unit price"),
            (
                (line.product_name, line.product_id, line.quantity, amount_text(order.currency, line.unit_price_minor))
                for line in order.lines.all()
            ),
        )

    @admin.display(description="Total", ordering="total_minor")
    def total_text(self, order: Order) -> str:
        return amount_text(order.currency, order.total_minor)

    @admin.display(description="Owes")
    def owes(self, order: Order) -> str:
        """The call to a neighbour that is due."""
        return order.owes or "-"

    @admin.display(description="Reservation")
    def hold(self, order: Order) -> str:
        """It has the order's own id, in product_service."""
        return str(order.id)

    @admin.display(description="The provider's ledger")
    def ledger(self, order: Order) -> str:
        """What the sandbox provider did, oldest first; of another provider, this service keeps no ledger."""
        entries = LedgerEntry.objects.filter(payment_id=order.payment_id).order_by("id")
        return table(
            ("Entry", "Amount", "Reason", "At"),
            (
                (badge(each.kind), amount_text(each.currency, each.amount_minor), each.reason, each.created_at)
                for each in entries
            ),
        )

    @admin.display(description="Refunds")
    def refunded(self, order: Order) -> str:
        """What staff asked for, oldest first, and what became of it."""
        return table(
            ("Amount", "State", "Note", "Asked by", "At"),
            (
                (
                    amount_text(order.currency, each.amount_minor),
                    badge(each.state),
                    each.note,
                    short(each.asked_by),
                    each.created_at,
                )
                for each in order.refunds.order_by("created_at")
            ),
        )

    @admin.display(description="Announced")
    def announced(self, order: Order) -> str:
        return events_of(order.id)
