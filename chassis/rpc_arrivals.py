"""How long a thread of the gRPC server waits for a call's request.

grpcio takes a thread as soon as a call's headers are there, and lets it wait without an end for the message. A client
that sends none, or half of one, would hold the thread for as long as it likes.
"""

import threading
import time
from collections.abc import Iterator
from typing import Any

import grpc

from chassis.addresses import client_address
from chassis.call import correlation_id
from chassis.errors import InvalidArgument
from chassis.handler import Behaviour, Handler, abort
from chassis.overload import Occurrences
from chassis.status import status_of

# All in seconds. A message comes with its headers, or a moment later.
PATIENCE = 2.0
UNDER_PRESSURE = 0.2  # While those who wait hold half of the threads.
LOOK = 0.1

# grpcio reads these attributes of a behaviour.
ATTRIBUTES = ("experimental_non_blocking", "experimental_thread_pool")


class RequestMissing(InvalidArgument):
    """The call ended without its request message."""


class Arrivals:
    """Cancels calls whose request does not come in time."""

    def __init__(self, threads: int) -> None:
        """`threads` is how many answer the calls."""
        self._crowd = max(threads // 2, 1)
        self._waiting: dict[grpc.ServicerContext, float] = {}  # Since when, on the clock of `time.monotonic()`.
        self._cancelled = Occurrences("rpc.no_request")
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="rpc-arrivals", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._watcher.start()

    def stop(self) -> None:
        """Cancel nothing any more."""
        self._over.set()

    def bounded(self, handler: Handler) -> Handler:
        """`handler`, waiting for no request for long. To grpcio all handlers take streams, which it begins at once."""
        behaviour: Behaviour = (
            handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream  # type: ignore[assignment]
        )
        take = self._all if handler.request_streaming else self._only

        def answer(requests: Iterator[Any], context: grpc.ServicerContext, *send: Any) -> Any:
            return behaviour(take(requests, context), context, *send)

        for name in ATTRIBUTES:
            if hasattr(behaviour, name):
                setattr(answer, name, getattr(behaviour, name))
        form = (
            grpc.stream_stream_rpc_method_handler
            if handler.response_streaming
            else grpc.stream_unary_rpc_method_handler
        )
        return form(answer, handler.request_deserializer, handler.response_serializer)

    def _only(self, requests: Iterator[Any], context: grpc.ServicerContext) -> Any:
        try:
            return self._next(requests, context)
        except StopIteration:
            abort(context, status_of(RequestMissing()), correlation_id(context.invocation_metadata()))

    def _all(self, requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        try:
            while True:
                yield self._next(requests, context)
        except StopIteration:
            return

    def _next(self, requests: Iterator[Any], context: grpc.ServicerContext) -> Any:
        self._waiting[context] = time.monotonic()
        try:
            return next(requests)
        finally:
            del self._waiting[context]

    def _watch(self) -> None:
        while not self._over.wait(LOOK):
            waiting = self._waiting.copy()
            patience = UNDER_PRESSURE if len(waiting) >= self._crowd else PATIENCE
            for context, since in waiting.items():
                if time.monotonic() - since > patience:
                    self._cancelled.count(address=client_address(context.peer()))
                    context.cancel()
