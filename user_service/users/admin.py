"""Accounts, as the staff see them."""

from typing import ClassVar

from django.contrib import admin
from django.utils.safestring import SafeString

from chassis.staff.admin import ReadOnlyAdmin
from chassis.staff.events import events_of
from chassis.staff.html import badge
from users.models import User


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Who they are. What signs them in is nobody's to look at."""

    list_display = ("email", "display_name", "role", "active", "language", "created_at")
    list_filter = ("role", "is_active", "language", "created_at")
    search_fields = ("id", "email", "display_name")
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    secrets = ("password",)
    fields = ("id", "email", "display_name", "phone", "language", "role", "active", "created_at", "announced")
    readonly_fields: ClassVar = ["active", "announced"]

    @admin.display(description="State", ordering="is_active")
    def active(self, user: User) -> SafeString:
        return badge("active" if user.is_active else "deactivated")

    @admin.display(description="Announced")
    def announced(self, user: User) -> str:
        return events_of(user.id)
