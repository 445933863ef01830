"""Who a customer is."""

from django.apps import AppConfig
from django.core import checks

from users.checks import signing_key_is_there


class UsersConfig(AppConfig):
    """Accounts, sign-in, profiles."""

    name = "users"

    def ready(self) -> None:
        """Have `manage.py check --deploy` look at what this app needs in production."""
        checks.register(signing_key_is_there, deploy=True)
