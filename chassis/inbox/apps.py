"""The inbox as a Django app: for its table, and to find the consumers."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class InboxConfig(AppConfig):
    """In every service; one that listens to nothing has an empty inbox."""

    name = "chassis.inbox"
    label = "inbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import the `consumers.py` of every app, as Django's admin does with `admin.py`."""
        autodiscover_modules("consumers")
