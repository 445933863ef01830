"""Calls that answer with many messages: how many at once, for how long, and what ends them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

import grpc
from django.conf import settings

from chassis import call, sessions
from chassis.connections import give_back_connections
from chassis.errors import ResourceExhausted

RETRY_AFTER = timedelta(seconds=5)


class TooManyStreams(ResourceExhausted):
    """This server has as many streams open as it takes at once, or as many of one caller."""


class Slots:
    """How many streams a door answers at once. Who finds none free is refused and never waits."""

    def __init__(self, number: int) -> None:
        self._free = threading.BoundedSemaphore(number)

    def take(self) -> None:
        """Take a slot. Raises TooManyStreams if none is free."""
        if not self._free.acquire(blocking=False):
            raise TooManyStreams(retry_after=RETRY_AFTER)

    def give_back(self) -> None:
        """Give back a slot that was taken."""
        self._free.release()


_over: ContextVar[threading.Event] = ContextVar("stream_over")
_open: dict[threading.Event, str] = {}  # Whose each is.
_lock = threading.Lock()


@contextmanager
def open_stream(context: grpc.ServicerContext) -> Iterator[threading.Event]:
    """Answer the current call as a stream. The event is set once nobody wants more: client gone, or process ending.

    Raises TooManyStreams if the caller, or for those nobody knows the address, has settings.STREAMS_A_CALLER open.
    """
    over = threading.Event()
    _enter(over)
    token = _over.set(over)
    try:
        if not context.add_callback(over.set):
            over.set()
        yield over
    finally:
        _over.reset(token)
        with _lock:
            del _open[over]


def _enter(over: threading.Event) -> None:
    current = call.answered()
    whose = current.caller.name or current.address
    with _lock:
        if list(_open.values()).count(whose) >= settings.STREAMS_A_CALLER:
            raise TooManyStreams(retry_after=RETRY_AFTER)
        _open[over] = whose


def end_all() -> None:
    """Let every stream of this process end well and soon, for the process is about to stop."""
    with _lock:
        for over in _open:
            over.set()


def looks(every: float) -> Iterator[None]:
    """A turn now and one after each `every` seconds, for as long as the current stream is wanted and its time lasts.

    No database connection is held between two turns. Raises SessionExpired at a turn before which the session of staff
    has ended, and NeighbourUnavailable if nobody can say; LookupError outside a stream, RuntimeError inside a
    transaction.
    """
    over = _over.get()
    while True:
        yield
        give_back_connections()
        if over.wait(max(min(every, call.time_left()), 0)) or call.time_left() <= 0:
            return
        sessions.require_unchanged(call.caller())
