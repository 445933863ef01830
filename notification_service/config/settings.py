"""Settings of notification_service."""

from chassis.settings import service_settings

globals().update(service_settings("notification_service", apps=["notifications"]))
