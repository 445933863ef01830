"""The whole shop as real processes, on ports and in a folder of its own: for the system tests and `make bench`."""

import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from dev.prepare import prepare
from dev.ready import is_ready, until, wait_until_ready
from dev.shop import HOST, Ports, Service, Shop, local_shop

UNHURRIED = {"SIGN_IN_FAILURES": "1000000", "REGISTRATIONS": "1000000"}
SERVICES = ("user_service", "order_service", "product_service", "notification_service")


class RunningShop:
    """Starts, ends and kills the shop's processes."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.processes = {process.name: process for process in shop.processes()}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def service(self, name: str) -> Service:
        """The service in the folder `name`."""
        return next(service for service in self.shop.services if service.name == name)

    def log(self, name: str) -> Path:
        """Where the process `name`, as in "order-rpc", writes."""
        return self.shop.data / f"{name}.log"

    def start(self, *names: str) -> None:
        """Start processes; `ready` tells when they answer."""
        for name in names:
            process = self.processes[name]
            with self.log(name).open("ab") as log:
                self.running[name] = subprocess.Popen(
                    process.command,
                    cwd=process.service.folder,
                    env=self.shop.environment() | process.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )

    def end(self, name: str, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal to a process, and wait. Returns the exit code."""
        process = self.running.pop(name)
        process.send_signal(number)
        try:
            return process.wait(timeout=20)
        finally:
            process.kill()

    def restart(self, name: str) -> None:
        """Start a process that was ended, and wait until it answers."""
        self.start(name)
        until(lambda: self.answers(name), f"{name} does not answer")

    def answers(self, name: str) -> bool:
        """Whether a process says that it can do its work."""
        return is_ready(self.processes[name].probes)

    @contextmanager
    def without(self, name: str) -> Iterator[None]:
        """Do something while a process is dead, killed as if the machine had lost it."""
        self.end(name, signal.SIGKILL)
        try:
            yield
        finally:
            self.restart(name)


@contextmanager
def running_shop(
    data: Path, alter: Callable[[RunningShop], None] = lambda _shop: None, **options: Any
) -> Iterator[RunningShop]:
    """Prepare and start everything, and end it again.

    `options` are those of Shop; `alter` may change which processes there are before they start. Everybody comes from
    one address here, and nobody is made to wait for that.
    """
    settings = {**UNHURRIED, **options.pop("settings", {})}
    running = RunningShop(replace(local_shop(data, free_ports()), settings=settings, **options))
    alter(running)
    prepare(running.shop, report=lambda _line: None)
    try:
        running.start(*running.processes)
        wait_until_ready(running.shop)
        yield running
    finally:
        for name in list(running.running):
            running.end(name)


def free_ports() -> dict[str, Ports]:
    """Ports that nobody listens on, by service."""
    with ExitStack() as stack:
        # All are held at once, so that no two are the same.
        probes = [stack.enter_context(socket.socket()) for _ in range(5 * len(SERVICES))]
        for probe in probes:
            probe.bind((HOST, 0))
        ports = [probe.getsockname()[1] for probe in probes]
        return dict(zip(SERVICES, batches(ports), strict=True))


def batches(ports: list[int]) -> Iterator[Ports]:
    """As many as a service has, again and again."""
    left = iter(ports)
    yield from zip(left, left, left, left, left, strict=True)
