"""Django's admin, with the shop's site. Apart from `apps.py`, where Django takes the one app that it finds."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    """Stands in INSTALLED_APPS where `django.contrib.admin` would."""

    default_site = "chassis.staff.site.StaffSite"

    def ready(self) -> None:
        """Find every `admin.py`, and leave out what Django registers by itself."""
        super().ready()
        from django.contrib.auth.models import Group

        # Staff are one group: the role in their token.
        admin.site.unregister(Group)
