"""localstripe, run as a process of its own, behind a front that speaks Stripe's API of today to it.

localstripe keeps no idempotency keys, takes no card with a confirmation, and knows an older name of the parameter that
says which kinds of payment an intent takes. The front keeps keys and translates the rest; it decides nothing.
"""

import importlib.util
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock

import requests

from tests.http import Asked, Told, answering

LOOPBACK = Path(__file__).parent / "loopback"
START = 30  # Seconds it may take.


def is_installed() -> bool:
    """Whether there is one to run. It is never imported: its licence is another."""
    return importlib.util.find_spec("localstripe") is not None


@contextmanager
def localstripe() -> Iterator[str]:
    """Run one, with nothing in it. Yields its own URL."""
    port = _free_port()
    command = [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command,
            stdout=said,
            stderr=said,
            env={**os.environ, "PYTHONPATH": str(LOOPBACK)},
            cwd=tempfile.gettempdir(),
        )
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


@contextmanager
def front(url: str) -> Iterator[str]:
    """Run the front before the localstripe at `url`. Yields its own URL."""
    with answering(_Front(url).answer) as address:
        yield address


@dataclass
class _Front:
    url: str
    keys: dict[str, Told] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def answer(self, asked: Asked) -> Told:
        with self.lock:
            if asked.key not in self.keys:
                told = self._translated(asked)
                if not asked.key or told.status == 400:
                    return told
                self.keys[asked.key] = told
            return self.keys[asked.key]

    def _translated(self, asked: Asked) -> Told:
        values = {name: value for name, value in asked.values.items() if not name.startswith("allowed_payment_method")}
        card = values.pop("payment_method", None) if asked.path.endswith("/confirm") else None
        if card:
            chosen = self._forward(asked, asked.path.removesuffix("/confirm"), {"payment_method": card})
            if chosen.status != 200:
                return chosen
        return self._forward(asked, asked.path, values)

    def _forward(self, asked: Asked, path: str, values: dict[str, str]) -> Told:
        answer = requests.request(
            asked.verb,
            f"{self.url}{path}",
            params=values if asked.verb == "GET" else None,
            data=values if asked.verb == "POST" else None,
            headers={"Authorization": asked.headers["authorization"]},
            timeout=30,
        )
        return Told(answer.status_code, answer.content)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("localstripe did not start")
