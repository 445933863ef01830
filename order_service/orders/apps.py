"""What was bought and paid."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Orders, and the steps that bring them to an end."""

    name = "orders"

    def ready(self) -> None:
        """Listen to the sandbox provider, as the edge listens to Stripe's webhooks."""
        from orders.waking import payment_changed  # Models are not loaded before.
        from sandbox import notifications

        notifications.payment_changed.connect(payment_changed)
