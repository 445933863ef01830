"""The app outbox."""
