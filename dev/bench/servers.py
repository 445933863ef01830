"""Real servers for a measurement, on free ports, with data of their own."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from dev.bench.load import Callers
from dev.ports import is_free
from dev.prepare import prepare
from dev.ready import until
from dev.running import UNHURRIED, RunningShop, free_ports
from dev.shop import local_shop


@dataclass(frozen=True, slots=True)
class Bench:
    """What a measurement works with."""

    callers: Callers
    scratch: Path
    prepared: Path  # The data of a shop that never ran.

    @contextmanager
    def shop(self, name: str, *processes: str) -> Iterator[RunningShop]:
        """A shop with the demo data and these of its processes, as in "user-rpc"."""
        data = self.scratch / name
        shutil.copytree(self.prepared, data)
        running = RunningShop(replace(local_shop(data, free_ports()), settings=UNHURRIED))
        try:
            start(running, *processes)
            yield running
        finally:
            for each in list(running.running):
                running.end(each)


def prepared_data(folder: Path) -> Path:
    """Tables, demo data and keys of all services, in `folder`."""
    prepare(local_shop(folder, free_ports()), report=lambda _line: None)
    return folder


def start(shop: RunningShop, *processes: str) -> None:
    """Start these, each once those before it answer."""
    for name in processes:
        shop.restart(name)


@contextmanager
def serving(command: Sequence[str], port: int, log: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """A server that is not the shop's, while it listens on `port`."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        until(lambda: not is_free(port), f"{command[:3]} does not listen; {log} says why")
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)
