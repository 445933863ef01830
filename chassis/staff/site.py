"""The admin's site."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.urls import URLPattern, URLResolver

from chassis.staff.forms import SignInForm


class StaffSite(AdminSite):
    """One service's pages for the staff."""

    login_form = SignInForm
    index_title = "What this service knows"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.site_title = self.site_header = str(settings.SERVICE_NAME)

    def get_urls(self) -> list[Any]:
        """Django's, but for changing a password: that is a call to user_service."""
        return [url for url in super().get_urls() if not _name(url).startswith("password_change")]


def _name(url: URLPattern | URLResolver) -> str:
    return str(getattr(url, "name", None) or "")
