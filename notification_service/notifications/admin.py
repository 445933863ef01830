"""Messages, as the staff see them."""

from typing import ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString

from chassis.staff.admin import ReadOnlyAdmin
from chassis.staff.html import badge, code, frame, short, table
from notifications import operations
from notifications.models import Notification, Status
from notifications.preview import preview


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """Who was told what, as they read it, and how it got there."""

    list_display = ("number", "kind", "channel", "recipient", "subject", "status_badge", "attempts", "created_at")
    list_filter = ("status", "kind", "channel", "language", "created_at")
    search_fields = ("id", "event_id", "order_id", "user_id", "recipient", "subject")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-id")
    exclude = ("text", "html", "status")
    readonly_fields: ClassVar = ["id", "status_badge", "deliveries", "as_text", "as_mail"]
    actions = ("send_again",)

    @admin.display(description="Message", ordering="id")
    def number(self, notification: Notification) -> str:
        return short(notification.id)

    @admin.display(description="Status", ordering="status")
    def status_badge(self, notification: Notification) -> SafeString:
        return badge(notification.status)

    @admin.display(description="As text")
    def as_text(self, notification: Notification) -> SafeString:
        return code(notification.text)

    @admin.display(description="As mail")
    def as_mail(self, notification: Notification) -> SafeString | str:
        if not notification.html:
            return "-"
        return frame(reverse("admin:notifications_notification_preview", args=[notification.id]), notification.subject)

    @admin.display(description="Deliveries")
    def deliveries(self, notification: Notification) -> SafeString | str:
        """Every attempt to send it."""
        return table(
            ("Attempt", "Provider", "Outcome", "Error", "Known there as", "From", "To"),
            (
                (
                    each.number,
                    each.provider,
                    badge(each.outcome),
                    each.error,
                    each.provider_message_id,
                    each.started_at,
                    each.ended_at or "-",
                )
                for each in notification.delivery_attempts.all()
            ),
        )

    @admin.action(description="Send failed messages again")
    def send_again(self, request: HttpRequest, queryset: QuerySet[Notification]) -> None:
        """Have the chosen messages that were given up sent again, and note who wanted it."""
        failed = list(queryset.filter(status=Status.FAILED))
        sent = operations.send_again(queryset)
        for notification in failed:
            self.log_change(request, notification, "Sent again.")
        level = messages.SUCCESS if sent else messages.WARNING
        self.message_user(request, f"Messages that will be sent again: {sent}.", level)

    def get_urls(self) -> list[URLPattern]:
        """Django's, and one that shows the mail itself."""
        view = self.admin_site.admin_view(self.preview)
        return [path("<uuid:pk>/mail", view, name="notifications_notification_preview"), *super().get_urls()]

    def preview(self, _request: HttpRequest, pk: UUID) -> HttpResponse:
        """The mail's HTML, locked up."""
        return preview(get_object_or_404(Notification, pk=pk))
