"""Idempotency keys as a Django app: for their table."""

from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    """In every service: the keys lie in the database that the effects lie in."""

    name = "chassis.idempotency"
    label = "idempotency"
    default_auto_field = "django.db.models.BigAutoField"
