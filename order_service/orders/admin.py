"""Orders, as the staff see them."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from chassis.money import amount_text
from chassis.outbox.models import OutboxMessage
from chassis.staff.admin import ReadOnlyAdmin
from chassis.staff.html import badge, list_link, short, table
from orders import wording
from orders.models import Order, Status, TimelineEntry, standing_at
from orders.timeline import timeline_of
from sandbox.models import LedgerEntry

CANCELLATION = "Cancellation"


class StatusFilter(admin.SimpleListFilter):
    """Where orders stand in their buyers' words: as `paid` to the saga, one may be paid back whole."""

    title = "status"
    parameter_name = "status"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return list(Status.choices)

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        status = next((each for each in Status if each == self.value()), None)
        return queryset.filter(standing_at(status)) if status else queryset


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """An order with all that became of it: lines, payment, hold, and its timeline."""

    list_display = ("number", "state_badge", "total_text", "buyer", "created_at", "cancel_reason")
    list_filter = (StatusFilter, "state", "cancel_reason", "currency", "created_at")
    search_fields = ("id", "user_id", "placed_by", "payment_id", "request_id", "lines__product_name")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-id")
    secrets = ("payment_token",)
    readonly_fields: ClassVar = [
        "state_badge",
        "bought",
        "total_text",
        "owing",
        "hold",
        "refunded",
        "timeline",
        "sources",
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
        ("Timeline", {"fields": ["owing", "timeline", "sources"]}),
        ("Payment", {"fields": ["payment_id", "payment_reference", "refunded"]}),
        ("Hold", {"fields": ["hold"]}),
        (CANCELLATION, {"fields": ["cancel_reason", "cancel_message", "cancel_metadata"]}),
        ("Progress", {"fields": ["attempts", "next_attempt_at", "last_error", "version", "request_id"]}),
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
        """Of one that is on its way, which step that is at; else what its buyer is told too."""
        return badge(order.state if order.owes else order.status)

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

    @admin.display(description="Unfinished")
    def owing(self, order: Order) -> str:
        """The call to a neighbour that is due, of the order or of a refund."""
        return "; ".join(wording.owing(order, timezone.now())) or "-"

    @admin.display(description="Reservation")
    def hold(self, order: Order) -> str:
        """It has the order's own id, in product_service."""
        return str(order.id)

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

    @admin.display(description="What happened")
    def timeline(self, order: Order) -> str:
        """Oldest first; the provider's own words are the sandbox's, of another this service keeps no ledger."""
        moments = timeline_of(order)
        return table(
            ("At", "After", "Took", "What", "State", "More"),
            (
                (
                    each.at,
                    wording.after(each.at - moments[0].at),
                    "" if each.duration_ms is None else f"{each.duration_ms} ms",
                    each.summary,
                    badge(each.state or each.delivery) if each.state or each.delivery else "",
                    each.more,
                )
                for each in moments
            ),
        )

    @admin.display(description="Rows")
    def sources(self, order: Order) -> SafeString:
        """Where all of them are, each with a page of its own."""
        links = (
            list_link(TimelineEntry, "all entries", order__id__exact=order.id),
            list_link(OutboxMessage, "events", q=order.id),
            list_link(LedgerEntry, "the provider's ledger", q=order.payment_id),
        )
        return format_html_join(", ", "{}", ((link,) for link in links))


@admin.register(TimelineEntry)
class TimelineEntryAdmin(ReadOnlyAdmin):
    """What happened to all orders, the latest first."""

    list_display = ("at", "number", "kind", "call", "answer", "reason", "state_badge", "attempt")
    list_filter = ("kind",)
    ordering = ("-id",)

    @admin.display(description="Order", ordering="order_id")
    def number(self, entry: TimelineEntry) -> str:
        return short(entry.order_id)

    @admin.display(description="State", ordering="state")
    def state_badge(self, entry: TimelineEntry) -> SafeString:
        return badge(entry.state)
