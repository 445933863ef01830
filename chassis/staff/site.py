"""The admin's site."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver
from django.utils.safestring import SafeString

from chassis.lag import lags
from chassis.staff.forms import SignInForm
from chassis.staff.html import table


class StaffSite(AdminSite):
    """One service's pages for the staff."""

    login_form = SignInForm
    index_title = "What this service knows"
    index_template = "chassis/admin_index.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.site_title = self.site_header = str(settings.SERVICE_NAME)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Django's, with how far the worker is behind."""
        return super().index(request, {**(extra_context or {}), "lag": _lag_table()})

    def get_urls(self) -> list[Any]:
        """Django's, but for changing a password: that is a call to user_service."""
        return [url for url in super().get_urls() if not _name(url).startswith("password_change")]


def _lag_table() -> SafeString | str:
    rows = ((each.queue, each.open, each.age(), each.dead_letters) for each in lags())
    return table(("Queue", "Open", "Oldest", "Dead letters"), rows)


def _name(url: URLPattern | URLResolver) -> str:
    return str(getattr(url, "name", None) or "")
