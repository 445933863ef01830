"""`manage.py grpcrunserver`: serves the service's contracts over gRPC until SIGTERM."""

import threading
from argparse import ArgumentParser
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import CommandError
from django_grpc_framework.management.commands import grpcrunserver

from chassis.descriptors import raise_limit
from chassis.probes import probes, while_set
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
        raise_limit()
        stop = threading.Event()
        running, worker = self._bound_server(), Worker(load_tasks())
        checks = {"calls": running.threads.stuck, "server": while_set(running.stopping, "stopping")}
        thread = threading.Thread(target=worker.run, args=(stop,), name="worker")
        if self.with_worker:
            checks["worker"] = worker.stuck
            thread.start()
        try:
            with probes("rpc", checks):
                run_until_stopped(running, stop)
        finally:
            stop.set()
            if self.with_worker:
                thread.join()

    def _bound_server(self) -> RunningServer:
        try:
            return build_server(service_handlers(), self.address)
        except PlaintextOnlyOnLoopback as error:
            raise CommandError(str(error)) from error
        except RuntimeError as error:
            raise CommandError(f"Port {self.address} is taken: another server is running there.") from error
