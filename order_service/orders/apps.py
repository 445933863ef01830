"""What was bought and paid."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Orders, and the steps that bring them to an end."""

    name = "orders"
