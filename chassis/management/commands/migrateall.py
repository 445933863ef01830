"""`manage.py migrateall`: Django's `migrate`, for every database that the service has."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections


class Command(BaseCommand):
    """Brings all databases up to date. Safe to repeat."""

    help = "Runs `migrate` on every configured database."

    def handle(self, *_args: Any, **options: Any) -> None:
        for alias in connections:
            call_command("migrate", database=alias, verbosity=options["verbosity"])
