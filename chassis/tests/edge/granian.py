"""A real granian for tests of the edge as it runs in production."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
START, STOP = 30.0, 10.0  # Seconds.


@dataclass
class Granian:
    """A granian with one worker, in a process group of its own."""

    process: subprocess.Popen[bytes]
    port: int

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """The answer, and its body as `content`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request(method, path, body, headers or {})
        answer: Any = connection.getresponse()
        answer.content = answer.read()
        connection.close()
        return answer

    def wait_until_alive(self) -> None:
        deadline = time.monotonic() + START
        while not self.alive():
            assert self.process.poll() is None, "granian ended"
            assert time.monotonic() < deadline, "granian does not answer"
            time.sleep(0.05)

    def alive(self) -> bool:
        try:
            return bool(self.ask("GET", "/livez").status == 200)
        except OSError:
            return False

    def stop(self) -> int:
        """Tell the master to stop, which stops its worker. Returns the exit code.

        The worker is not told: if it went first, the master would call that unexpected.
        """
        self.process.terminate()
        try:
            return self.process.wait(STOP)
        finally:
            # A worker outlives a master that did not stop it.
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def start(folder: Path) -> Granian:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    arguments += ["--blocking-threads", "4"]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "chassis.tests.edge.process.settings",
        "DATA_DIR": str(folder),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "granian", *arguments, "chassis.tests.edge.process.wsgi:application"]
    process = subprocess.Popen(command, env=environment, cwd=folder, process_group=0)
    return Granian(process, port)


@contextmanager
def running(folder: Path) -> Iterator[Granian]:
    """A granian that keeps its data in `folder`, ended cleanly."""
    granian = start(folder)
    try:
        granian.wait_until_alive()
        yield granian
    finally:
        assert granian.stop() == 0
