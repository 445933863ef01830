"""The sandbox provider's ledger, as the staff see it."""

from django.contrib import admin
from django.utils.safestring import SafeString

from chassis.money import amount_text
from chassis.staff.admin import ReadOnlyAdmin
from chassis.staff.html import badge
from sandbox.models import LedgerEntry


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    """What happened to payments."""

    list_display = ("payment_id", "kind_badge", "amount", "reason", "created_at")
    list_filter = ("kind", "reason", "currency")
    search_fields = ("payment_id",)
    date_hierarchy = "created_at"
    ordering = ("-id",)

    @admin.display(description="Kind", ordering="kind")
    def kind_badge(self, entry: LedgerEntry) -> SafeString:
        return badge(entry.kind)

    @admin.display(description="Amount", ordering="amount_minor")
    def amount(self, entry: LedgerEntry) -> str:
        return amount_text(entry.currency, entry.amount_minor)
