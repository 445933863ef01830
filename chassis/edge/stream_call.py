"""A streaming call of the edge, on a thread of its own.

Whoever writes the answer can then see between two replies whether anybody still reads it.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import structlog
from django.conf import settings
from django.db import connections
from google.rpc import status_pb2

from chassis.edge.context import CallEnded, EdgeContext
from chassis.status import refusal_for, status_of
from chassis.streams import Slots

log = structlog.get_logger("chassis.edge")

PATIENCE = 0.5  # Seconds between two looks whether a full stream is still wanted.


@dataclass(frozen=True, slots=True)
class End:
    """The stream is over: well, or with the status of what it failed on."""

    failure: status_pb2.Status | None = None


@cache
def edge_slots() -> Slots:
    """This process's slots."""
    return Slots(settings.EDGE_STREAMS)


class StreamCall:
    """The call, from the moment that it has its slot until `close`."""

    def __init__(self, stream: Callable[[], Iterator[Any]], context: EdgeContext, correlation_id: str) -> None:
        """Start the call that `stream` makes. Raises TooManyStreams, and then nothing is started."""
        self._stream = stream
        self._context = context
        self._correlation_id = correlation_id
        # One reply waits for the reader; the servicer waits before the next.
        self._arrived: queue.Queue[Any] = queue.Queue(maxsize=1)
        edge_slots().take()
        threading.Thread(target=self._run, name="edge-stream", daemon=True).start()

    def arrival(self, timeout: float) -> Any:
        """The next reply, or End after the last; None if there is neither for `timeout` seconds."""
        try:
            return self._arrived.get(timeout=timeout)
        except queue.Empty:
            return None

    def close(self) -> None:
        """End the call if it still runs: its caller has gone. Does not wait for the end."""
        self._context.finish()

    def _run(self) -> None:
        try:
            self._pass_on(self._answer())
        finally:
            self._context.finish()
            connections.close_all()
            edge_slots().give_back()

    def _answer(self) -> End:
        """Pass on every reply; then how it ended."""
        try:
            for reply in self._stream():
                self._pass_on(reply)
            self._context.require_success()
        except CallEnded as ended:
            return End(ended.status)
        except Exception as error:
            log.exception("edge.failed", correlation_id=self._correlation_id)
            return End(status_of(refusal_for(error, self._correlation_id)))
        return End()

    def _pass_on(self, arrival: Any) -> None:
        while self._context.is_active():
            with suppress(queue.Full):
                self._arrived.put(arrival, timeout=PATIENCE)
                return
