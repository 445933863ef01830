"""Requests that may be sent twice and are acted on once: `chassis.idempotency.once.once`."""
