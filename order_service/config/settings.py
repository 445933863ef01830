"""Settings of order_service."""

from typing import Any

from environs import Env

from chassis.settings import service_settings, sqlite

common: dict[str, Any] = service_settings("order_service", apps=["orders", "sandbox"])
globals().update(common)

# The payment provider's ledger stands for somebody else's: a database that no order shares a transaction with.
DATABASES = {**common["DATABASES"], "provider": sqlite(common["DATA"] / "provider.sqlite3")}
DATABASE_ROUTERS = ["sandbox.router.ProviderRouter"]

WORKER_TASKS = [*common["WORKER_TASKS"], "config.rpc.recover_orders"]
SUBSCRIPTIONS = {
    "order_paid": ["notification_service"],
    "order_cancelled": ["notification_service"],
    "order_refunded": ["notification_service"],
}

# Seconds between two looks at an order that somebody watches.
WATCH_POLL = Env().float("WATCH_POLL", 0.5)
