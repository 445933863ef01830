"""Settings of order_service."""

from typing import Any

from environs import Env, validate

from chassis.settings import service_settings, sqlite

common: dict[str, Any] = service_settings("order_service", apps=["orders", "sandbox"])
globals().update(common)

_env = Env()

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
WATCH_POLL = _env.float("WATCH_POLL", 0.5)

# Who moves the money. In production that is somebody's decision: the sandbox would give goods away for none.
_CHOICE: dict[str, Any] = {} if common["PRODUCTION"] else {"default": "sandbox"}
PAYMENTS = _env.str("PAYMENTS", **_CHOICE, validate=validate.OneOf(["sandbox", "stripe"]))

# Seconds for which a capture of the card that settles late is pending, and the card that fails for a minute fails.
SANDBOX_SETTLE_AFTER = _env.float("SANDBOX_SETTLE_AFTER", 5.0)
SANDBOX_OUTAGE = _env.float("SANDBOX_OUTAGE", 60.0)

if PAYMENTS == "stripe":
    STRIPE_API_URL = _env.str("STRIPE_API_URL", "https://api.stripe.com").rstrip("/")
    STRIPE_SECRET_KEY = _env.str("STRIPE_SECRET_KEY", validate=validate.Length(min=1))
    # Signs what Stripe posts to /webhooks/stripe.
    STRIPE_WEBHOOK_SECRET = _env.str("STRIPE_WEBHOOK_SECRET", validate=validate.Length(min=1))
    # Seconds to wait for one answer, or until the call's deadline. A step takes up to six; together less than LEASE.
    STRIPE_TIMEOUT = _env.float("STRIPE_TIMEOUT", 4.0)
