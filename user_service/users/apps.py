"""Who a customer is."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    """Accounts, sign-in, profiles."""

    name = "users"
