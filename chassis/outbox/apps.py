"""The outbox as a Django app: for its table."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """In every service: the outbox lies in the database that the changes lie in."""

    name = "chassis.outbox"
    label = "outbox"
    default_auto_field = "django.db.models.BigAutoField"
