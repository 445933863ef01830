"""Settings of user_service."""

from chassis.settings import service_settings

globals().update(service_settings("user_service", apps=["users"]))
