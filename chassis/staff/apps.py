"""Who of the staff has signed in here, as a Django app: for its table."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Beside Django's admin, which `admin_config.py` adapts."""

    name = "chassis.staff"
    label = "staff"
