"""`manage.py create_signing_key`: adds a key to sign access tokens with."""

from typing import Any

from django.core.management.base import BaseCommand

from users import signing


class Command(BaseCommand):
    """The first key signs at once, every later one after SIGNING_KEY_DELAY."""

    help = "Makes a signing key in SIGNING_KEYS_DIR and prints its kid."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(signing.create_key().kid)
