"""The app inbox."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """See the package's docstring."""

    name = "chassis.inbox"
    label = "inbox"
