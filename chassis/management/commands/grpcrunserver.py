"""`manage.py grpcrunserver`: serves the service's contracts over gRPC until SIGTERM."""

import threading
from argparse import ArgumentParser
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import CommandError
from django_grpc_framework.management.commands import grpcrunserver

from chassis.registry import service_handlers
from chassis.server import PlaintextOnlyOnLoopback, RunningServer, build_server, run_until_stopped
from chassis.worker import Worker, load_tasks


# The framework publishes no types.
class Command(grpcrunserver.Command):  # type: ignore[misc]
    """The framework's command with the chassis's server, and if asked for, the worker beside it."""

    help = "Serves gRPC at RPC_ADDRESS (default: the service's port on loopback)."
    # The framework's own value, False, is refused by Django since 4.1.
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(address=settings.RPC_ADDRESS)
        parser.add_argument("--with-worker", action="store_true", help="run the worker in this process too")

    def handle(self, *args: Any, **options: Any) -> None:
        self.with_worker = options["with_worker"]
        super().handle(*args, **options)

    def _serve(self) -> None:
        stop = threading.Event()
        running = self._bound_server()
        worker = threading.Thread(target=Worker(load_tasks()).run, args=(stop,), name="worker")
        if self.with_worker:
            worker.start()
        try:
            run_until_stopped(running, stop)
        finally:
            stop.set()
            if self.with_worker:
                worker.join()

    def _bound_server(self) -> RunningServer:
        try:
            return build_server(service_handlers(), self.address)
        except PlaintextOnlyOnLoopback as error:
            raise CommandError(str(error)) from error
        except RuntimeError as error:
            raise CommandError(f"Port {self.address} is taken: another server is running there.") from error
