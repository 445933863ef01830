"""The sandbox provider's ledger, as the staff see it."""

from django.contrib import admin
from django.utils.safestring import SafeString

from chassis.staff.admin import ReadOnlyAdmin
from chassis.staff.html import badge
from sandbox.models import LedgerEntry


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    """What happened to messages."""

    list_display = ("key", "kind_badge", "channel", "provider", "reason", "created_at")
    list_filter = ("kind", "channel", "provider", "reason")
    search_fields = ("key",)
    date_hierarchy = "created_at"
    ordering = ("-id",)

    @admin.display(description="Kind", ordering="kind")
    def kind_badge(self, entry: LedgerEntry) -> SafeString:
        return badge(entry.kind)
