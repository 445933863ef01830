"""The shop as data: its services, where they listen, and the processes that they are made of."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from chassis.settings import PORTS, REPOSITORY, management_ports

HOST = "127.0.0.1"
BIN = Path(sys.executable).parent  # Of the virtual environment.
MANAGE = (sys.executable, "manage.py")

Ports = tuple[int, int, int, int, int]  # For gRPC, for REST, and for probes of the gRPC server, the edge, the worker.


def usual_ports(rpc: int, rest: int) -> Ports:
    """All ports of a service, by those of its doors."""
    probes = management_ports(rpc, rest)
    return rpc, rest, probes["rpc"], probes["edge"], probes["worker"]


USUAL_PORTS = {name: usual_ports(*pair) for name, pair in PORTS.items()}


@dataclass(frozen=True, slots=True)
class Service:
    """A service and its two doors."""

    name: str  # The name of its folder.
    rpc_port: int
    rest_port: int
    rpc_probes: int  # Management ports.
    edge_probes: int
    worker_probes: int

    @property
    def probes(self) -> list[int]:
        """Where its processes answer them."""
        return [self.rpc_probes, self.edge_probes, self.worker_probes]

    @property
    def folder(self) -> Path:
        """Where its manage.py is."""
        return REPOSITORY / self.name

    @property
    def target(self) -> str:
        """Its gRPC address, as in "127.0.0.1:50052"."""
        return f"{HOST}:{self.rpc_port}"

    @property
    def url(self) -> str:
        """Its REST address, as in "http://127.0.0.1:8002"."""
        return f"http://{HOST}:{self.rest_port}"


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a service, to be run in the service's folder."""

    name: str  # As in "order-rpc".
    service: Service
    command: tuple[str, ...]
    probes: int  # Its management port.

    @property
    def environment(self) -> dict[str, str]:
        """What it must know beside what the shop tells every process."""
        return {"MANAGEMENT_ADDRESS": f"{HOST}:{self.probes}"}


@dataclass(frozen=True, slots=True)
class Shop:
    """All services on this machine, each knowing where the others are."""

    data: Path  # An absolute path: every service runs in another folder.
    services: tuple[Service, ...]
    workers_apart: bool = False  # In processes of their own, as in production; else inside the gRPC servers.
    settings: Mapping[str, str] = field(default_factory=dict)  # More of the environment.

    def environment(self) -> dict[str, str]:
        """This process's environment, and in it what every service must know."""
        targets = {f"{service.name.upper()}_TARGET": service.target for service in self.services}
        ours = {"DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": str(self.data), "PYTHONUNBUFFERED": "1"}
        return {**os.environ, **targets, **ours, **self.settings}

    def processes(self) -> list[Process]:
        """The gRPC server and the REST edge of every service, and its worker if that is apart."""
        if self.workers_apart:
            return [make(each) for each in self.services for make in (rpc_process, edge_process, worker_process)]
        return [make(each) for each in self.services for make in (rpc_process_with_worker, edge_process)]


def local_shop(data: Path | None = None, ports: Mapping[str, Ports] = USUAL_PORTS) -> Shop:
    """The shop with its files in `data` (default: $DATA_DIR, else data/) and `ports` by service."""
    data = data or Path(os.environ.get("DATA_DIR") or REPOSITORY / "data")
    return Shop(data.resolve(), tuple(Service(name, *its) for name, its in ports.items()))


def rpc_process(service: Service) -> Process:
    """The gRPC server."""
    return Process(
        f"{short_name(service)}-rpc", service, (*MANAGE, "grpcrunserver", service.target), service.rpc_probes
    )


def rpc_process_with_worker(service: Service) -> Process:
    """The gRPC server, with the worker inside."""
    alone = rpc_process(service)
    return replace(alone, command=(*alone.command, "--with-worker"))


def worker_process(service: Service) -> Process:
    """The worker."""
    return Process(f"{short_name(service)}-worker", service, (*MANAGE, "worker"), service.worker_probes)


def edge_process(service: Service) -> Process:
    """The REST edge, over the same servicers."""
    return Process(
        f"{short_name(service)}-edge", service, (*MANAGE, "edge", f"{HOST}:{service.rest_port}"), service.edge_probes
    )


def short_name(service: Service) -> str:
    """As in "order" for order_service."""
    return service.name.removesuffix("_service")
