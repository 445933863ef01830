"""The app idempotency."""

from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    """See the package's docstring."""

    name = "chassis.idempotency"
    label = "idempotency"
