"""The shop in the lab: every process apart, quick leases, and somebody who starts again what has died."""

import math
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from chassis.settings import REPOSITORY
from dev.lab.faults import Faults
from dev.lab.mutants import MUTANTS
from dev.ready import until, wait_until_ready
from dev.running import RunningShop, free_ports, running_shop

SETTINGS = {
    # Half a second instead of half a minute: what a dead process held is taken over while the run goes on.
    "LEASE": "0.5",
    "WORKER_POLL": "0.1",
    "CALL_TIMEOUT": "1",
    "ACCESS_TOKEN_LIFETIME": "86400",
    "SANDBOX_SETTLE_AFTER": "1",
    "SANDBOX_OUTAGE": "2",
    "LOG_LEVEL": "WARNING",
}
PATIENCE = 60.0  # Seconds until a process that was started has to answer.


class Laboratory:
    """A running shop and what may be done to it. Whatever dies is started again."""

    def __init__(self, shop: RunningShop, faults: Faults) -> None:
        self.shop = shop
        self.faults = faults
        self.revived: Counter[str] = Counter()  # How often each process was started again.
        self._resting: dict[str, float] = {}  # Until when a killed process stays dead, on time.monotonic()'s clock.
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._nurse = threading.Thread(target=self._revive, name="nurse")

    @property
    def data(self) -> Path:
        """Where all databases are."""
        return self.shop.shop.data

    @property
    def processes(self) -> list[str]:
        """The names of all processes, as in "order-worker"."""
        return list(self.shop.processes)

    def kill(self, name: str, rest: float = 0) -> bool:
        """End a process as a power cut would. It is started again after `rest` seconds.

        False if it was dead already.
        """
        with self._lock:
            self._resting[name] = time.monotonic() + rest
            alive = self.shop.running[name].poll() is None
            self.shop.running[name].kill()
        return alive

    def stop_and_start(self, name: str) -> int:
        """Ask a process to end, and start the next. Returns the exit code."""
        with self._lock:
            process = self.shop.running.pop(name)
        process.terminate()
        code = process.wait(timeout=20)
        with self._lock:
            self.shop.start(name)
        self.wait_for(name)
        return code

    @contextmanager
    def without(self, *names: str) -> Iterator[None]:
        """Do something while these processes are dead."""
        for name in names:
            self.kill(name, rest=math.inf)
        try:
            yield
        finally:
            with self._lock:
                self._resting.clear()

    def wait_for(self, *names: str) -> None:
        """Return once these processes answer, or all if none is named."""
        for name in names or self.processes:
            until(lambda: name in self.shop.running and self.shop.answers(name), f"{name} does not answer", PATIENCE)  # noqa: B023

    def _revive(self) -> None:
        while not self._over.wait(0.05):
            with self._lock:
                for name, process in list(self.shop.running.items()):
                    if process.poll() is not None and time.monotonic() >= self._resting.get(name, 0):
                        self.shop.start(name)
                        self.revived[name] += 1

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Revive what dies, until the end."""
        self._nurse.start()
        try:
            yield
        finally:
            self._over.set()
            self._nurse.join()


@contextmanager
def laboratory(data: Path, mutant: str = "") -> Iterator[Laboratory]:
    """A shop of its own in the folder `data`, with the folder of its failpoints; perhaps with a planted bug."""
    faults = Faults(data / "failpoints")
    environment = {**SETTINGS, "FAILPOINTS_DIR": str(faults.folder), "PYTHONPATH": str(REPOSITORY)}

    def alter(shop: RunningShop) -> None:
        if mutant:
            _plant(mutant, shop)
        # A second one of the worker that matters most: two must never get in each other's way.
        *_, probes = free_ports()["order_service"]
        second = replace(shop.processes["order-worker"], name="order-worker-2", probes=probes)
        shop.processes[second.name] = second

    with running_shop(data, alter, workers_apart=True, settings=environment) as shop:
        wait_until_ready(shop.shop)
        lab = Laboratory(shop, faults)
        with lab.watched():
            yield lab


def _plant(mutant: str, shop: RunningShop) -> None:
    """Start the gRPC server and the worker of the mutant's service with its bug. The edge stays as it is."""
    service = MUTANTS[mutant].service.removesuffix("_service")
    for name in (f"{service}-rpc", f"{service}-worker"):
        process = shop.processes[name]
        python, _manage, *command = process.command
        shop.processes[name] = replace(process, command=(python, "-m", "dev.lab.mutant", mutant, *command))
