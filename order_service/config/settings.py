"""Settings of order_service."""

from chassis.settings import service_settings

globals().update(service_settings("order_service", apps=["orders"]))
