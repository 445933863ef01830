"""Who was told what."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Messages by e-mail and SMS."""

    name = "notifications"

    def ready(self) -> None:
        """Hear what providers tell."""
        from notifications import receivers  # noqa: F401
