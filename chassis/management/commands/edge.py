"""`manage.py edge`: serves the service's contracts over REST until SIGTERM."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from chassis.edge.server import listening, serve
from chassis.server import PlaintextOnlyOnLoopback


class Command(BaseCommand):
    """Runs the REST edge."""

    help = "Serves REST at EDGE_ADDRESS (default: the service's port on loopback)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", nargs="?", default=settings.EDGE_ADDRESS, help="as in 127.0.0.1:8002")

    def handle(self, *_args: Any, address: str, **_options: Any) -> None:
        try:
            listener = listening(address)
        except PlaintextOnlyOnLoopback as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"Port {address} is taken: another server is running there.") from error
        # After the port: a second edge is to end at once, and not after compiling all routes.
        serve(import_string(settings.ASGI_APPLICATION), listener)
