"""Who was told what."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Messages by e-mail and SMS."""

    name = "notifications"
