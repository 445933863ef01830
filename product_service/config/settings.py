"""Settings of product_service."""

from chassis.settings import service_settings

globals().update(service_settings("product_service", apps=["products"]))
