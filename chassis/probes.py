"""The management address of a process: whether it lives, and whether it can do its work.

Plain HTTP on threads of its own, so that it answers while everything else is full. It carries no data, asks for no
token, and so may listen wider than the rest.
"""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, Scope
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections

from chassis.connections import fresh_connections
from chassis.edge.server import Server, bound, configured
from chassis.edge.threads import Threads

Check = Callable[[], str]  # Why the process is not ready; empty if it is.

TIMEOUT = 2.0  # Seconds for all checks.


@contextmanager
def probes(kind: str, checks: dict[str, Check]) -> Iterator[None]:
    """Answer /livez and /readyz meanwhile: ready while no check has an objection.

    At settings.MANAGEMENT_ADDRESS, or at the default for this `kind` of process, "rpc", "edge" or "worker". Raises
    CommandError if the port is taken.
    """
    address = settings.MANAGEMENT_ADDRESS or settings.MANAGEMENT_ADDRESSES[kind]
    try:
        listener = bound(address)
    except OSError as error:
        raise CommandError(f"Port {address}, for probes, is taken: another server is running there.") from error
    server = Server(configured(_Probes({"database": databases_answer, **checks}), grace=1))
    thread = threading.Thread(target=server.run, args=([listener],), name="management", daemon=True)
    thread.start()
    server.listens.wait(timeout=10)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def databases_answer() -> str:
    """Whether every database does."""
    with fresh_connections():
        for connection in connections.all():
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
    return ""


class _Probes:
    def __init__(self, checks: dict[str, Check]) -> None:
        self._checks = checks
        self._threads = Threads(1, "probe")

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            self._threads.stop()
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["type"] == "http":
            status, said = await self._answer(scope["path"])
            content = json.dumps(said).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
            await send({"type": "http.response.start", "status": status, "headers": headers, "trailers": False})
            await send({"type": "http.response.body", "body": content, "more_body": False})

    async def _answer(self, path: str) -> tuple[int, dict[str, object]]:
        if path == "/livez":
            return 200, {"status": "ok"}
        if path != "/readyz":
            return 404, {"status": "unknown path"}
        objections = await self._objections()
        return (503, {"status": "not ready", "because": objections}) if objections else (200, {"status": "ok"})

    async def _objections(self) -> dict[str, str]:
        try:
            async with asyncio.timeout(TIMEOUT):
                return await self._threads.run(self._ask)
        except TimeoutError:
            return {"checks": f"took longer than {TIMEOUT:.0f} s"}

    def _ask(self) -> dict[str, str]:
        asked = {name: _outcome(check) for name, check in self._checks.items()}
        return {name: objection for name, objection in asked.items() if objection}


def _outcome(check: Check) -> str:
    try:
        return check()
    except Exception as error:  # noqa: BLE001  Whatever it is, the process is not ready.
        # Its text may tell of the inside.
        return type(error).__name__


def while_set(event: threading.Event, reason: str) -> Check:
    """Object with `reason` for as long as `event` is set."""
    return partial(_objection, event, reason)


def _objection(event: threading.Event, reason: str) -> str:
    return reason if event.is_set() else ""
