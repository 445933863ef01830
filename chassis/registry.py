"""What a service answers: its servicers' methods, recorded once, behind the one wrapper."""

import threading
from collections.abc import Iterable, Mapping
from functools import cache

import grpc
from django_grpc_framework import signals
from django_grpc_framework.settings import grpc_settings

from chassis.contract import method
from chassis.handler import Handler, guarded

Handlers = dict[str, Handler]  # By wire path, as in "/shop.orders.v1.OrderService/PlaceOrder".

# The wrapper owns the connections. The framework's receivers would close a test's database in mid-test,
# and close a stream's connection before its first message.
signals.grpc_request_started.disconnect(signals.close_old_connections)
signals.grpc_request_finished.disconnect(signals.close_old_connections)
signals.grpc_request_started.disconnect(signals.reset_queries)


class Recorder(grpc.Server):
    """Stands in for a server while `add_…Servicer_to_server` registers, and keeps the wrapped handlers."""

    def __init__(self) -> None:
        self.handlers: Handlers = {}

    def add_registered_method_handlers(self, service_name: str, method_handlers: Mapping[str, Handler]) -> None:
        for name, handler in method_handlers.items():
            path = f"/{service_name}/{name}"
            self.handlers[path] = guarded(method(path), handler)

    def add_generic_rpc_handlers(self, generic_rpc_handlers: Iterable[grpc.GenericRpcHandler]) -> None:
        """The same handlers again, in the form of older servers."""

    def add_insecure_port(self, address: str) -> int:
        raise NotImplementedError("a recorder opens no port")

    def add_secure_port(self, address: str, server_credentials: grpc.ServerCredentials) -> int:
        raise NotImplementedError("a recorder opens no port")

    def start(self) -> None:
        raise NotImplementedError("a recorder does not serve")

    def stop(self, grace: float | None) -> threading.Event:
        raise NotImplementedError("a recorder does not serve")


@cache
def service_handlers() -> Handlers:
    """Everything that `config/rpc.py` registers, as the setting GRPC_FRAMEWORK names it."""
    recorder = Recorder()
    grpc_settings.ROOT_HANDLERS_HOOK(recorder)
    return recorder.handlers


def register(handlers: Handlers, server: grpc.Server) -> list[str]:
    """Hand recorded handlers to a real server. Returns the names of the services they make up."""
    services: dict[str, Handlers] = {}
    for path, handler in handlers.items():
        _, service, name = path.split("/")
        services.setdefault(service, {})[name] = handler
    for service, by_name in services.items():
        server.add_registered_method_handlers(service, by_name)
    return list(services)
