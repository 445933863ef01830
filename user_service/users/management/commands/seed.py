"""`manage.py seed`: gives a development database its demo accounts and a signing key, and prints who they are."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from users import demo, passwords, signing
from users.models import User


class Command(BaseCommand):
    """Adds what is missing and changes nothing that is there."""

    help = "Adds the demo accounts, which all have the same known password; refused in production."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demo accounts have a published password: not in production.")
        if not signing.public_keys():
            signing.create_key()
        for account in demo.ACCOUNTS:
            _add(account)
            self.stdout.write(f"{account.email:<22}{account.role.label.lower()}")
        self.stdout.write(f"everybody's password  {demo.PASSWORD}")


def _add(account: demo.DemoAccount) -> None:
    profile = asdict(account)
    # Called only for a new account: a hash takes a while, and this runs at every start.
    defaults = {**profile, "password": lambda: passwords.new_hash(demo.PASSWORD)}
    User.objects.get_or_create(email=profile["email"], defaults=defaults)
