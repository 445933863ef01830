"""The app idempotency."""
