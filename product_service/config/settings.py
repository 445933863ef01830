"""Settings of product_service."""

from environs import Env

from chassis.settings import service_settings

_shared = service_settings("product_service", apps=["products"])
globals().update(_shared)

# Seconds until a hold that no order confirms is given up.
HOLD_LIFETIME = Env().int("HOLD_LIFETIME", 900)

WORKER_TASKS = [*_shared["WORKER_TASKS"], "products.reservations.expire_holds"]
SUBSCRIPTIONS = {"stock_low": ["notification_service"]}
