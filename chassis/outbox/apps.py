"""The app outbox."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """See the package's docstring."""

    name = "chassis.outbox"
    label = "outbox"
