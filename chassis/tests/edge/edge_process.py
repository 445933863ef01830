"""The edge as it runs in production: `manage.py edge`, in a process of its own."""

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev.ready import until

ROOT = Path(__file__).resolve().parents[3]
START, STOP = 30.0, 10.0  # Seconds.


@dataclass
class EdgeProcess:
    """A running edge of the library."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """The answer, and its body as `content`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request(method, path, body, headers or {})
        answer: Any = connection.getresponse()
        answer.content = answer.read()
        connection.close()
        return answer

    def connect(self, sent: bytes = b"") -> socket.socket:
        """A connection on which these bytes were sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        connection.sendall(sent)
        return connection

    def said(self, sent: bytes) -> bytes:
        """All that the edge says to these bytes until it ends the connection."""
        with self.connect(sent) as connection:
            return b"".join(iter(lambda: connection.recv(65_536), b""))

    def alive(self) -> bool:
        """Whether it answers."""
        assert self.process.poll() is None, "the edge ended"
        try:
            return bool(self.ask("GET", "/livez").status == 200)
        except OSError:
            return False

    def stop(self) -> int:
        """Tell it to stop. Returns the exit code."""
        self.process.terminate()
        try:
            return self.process.wait(STOP)
        finally:
            self.process.kill()


def start(folder: Path, **environment: str) -> EdgeProcess:
    """An edge that keeps its data in `folder`, once it answers."""
    edge = started(folder, "edge", **environment)
    until(edge.alive, f"the edge does not answer; {edge.log} says why", START)
    return edge


def started(folder: Path, command: str, **environment: str) -> EdgeProcess:
    """A process of the library, be it the edge or another server, that has just begun."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = {
        "DJANGO_SETTINGS_MODULE": "chassis.tests.edge.process.settings",
        "DATA_DIR": str(folder),
        "PYTHONPATH": str(ROOT),
        "MANAGEMENT_ADDRESS": "127.0.0.1:0",
        **environment,
    }
    # As few descriptors as a process is given on many a machine, for it to ask for more.
    limited = ["sh", "-c", 'ulimit -S -n 256; exec "$@"', "sh"]
    log = folder / f"{command}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*limited, sys.executable, "-m", "django", command, f"127.0.0.1:{port}"],
            env=os.environ | ours,
            cwd=folder,
            stderr=output,
        )
    return EdgeProcess(process, port, log)


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[EdgeProcess]:
    """The same, ended cleanly."""
    edge = start(folder, **environment)
    try:
        yield edge
    finally:
        assert edge.stop() == 0
