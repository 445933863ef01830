"""`manage.py edge`: serves the service's contracts over REST until SIGTERM."""

from argparse import ArgumentParser
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from chassis.descriptors import raise_limit
from chassis.edge.server import Server, bound, configured
from chassis.probes import probes
from chassis.server import PlaintextOnlyOnLoopback, require_loopback

log = structlog.get_logger("chassis.edge")


class Command(BaseCommand):
    """Runs the REST edge."""

    help = "Serves REST at EDGE_ADDRESS (default: the service's port on loopback)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", nargs="?", default=settings.EDGE_ADDRESS, help="as in 127.0.0.1:8002")

    def handle(self, *_args: Any, address: str, **_options: Any) -> None:
        raise_limit()
        try:
            require_loopback(address)
        except PlaintextOnlyOnLoopback as error:
            raise CommandError(str(error)) from error
        try:
            listener = bound(address)
        except OSError as error:
            raise CommandError(f"Port {address} is taken: another server is running there.") from error
        # After the port: a second edge is to end at once, and not after compiling all routes.
        server = Server(configured(import_string(settings.ASGI_APPLICATION), grace=settings.RPC_GRACE))
        with probes("edge", {"server": server.objection}):
            log.info("edge.serving", port=listener.getsockname()[1], security="plaintext, loopback only")
            server.run([listener])
        log.info("edge.stopped")
