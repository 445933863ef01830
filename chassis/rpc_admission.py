"""Which calls the gRPC server takes on: so many at a time, and one more is refused with a reason and in the log."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

import grpc
from grpc_health.v1 import health

from chassis.call import correlation_id
from chassis.handler import Handler, abort
from chassis.overload import Occurrences, ServerOverloaded
from chassis.rpc_arrivals import Arrivals
from chassis.status import status_of

P = ParamSpec("P")
T = TypeVar("T")

STUCK = 5.0  # Seconds without an end of any call, while all threads are at one and more wait.
_HEALTH = f"/{health.SERVICE_NAME}/"


class CallThreads(ThreadPoolExecutor):
    """The threads that answer, which know how many calls they have in hand, and whether they get on with them."""

    def __init__(self, number: int) -> None:
        super().__init__(number, thread_name_prefix="rpc")
        self._number = number
        self._lock = threading.Lock()
        self._moved_at = 0.0  # On the clock of `time.monotonic()`: when a call last ended, or found a thread free.
        self.in_hand = 0  # Calls that a thread is at, or that wait for one.

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Take a call on."""
        with self._lock:
            if self.in_hand < self._number:
                self._moved_at = time.monotonic()
            self.in_hand += 1
        future = super().submit(fn, *args, **kwargs)
        future.add_done_callback(self._ended)
        return future

    def stuck(self) -> str:
        """Why calls do not get on; empty if they do."""
        with self._lock:
            waiting = self.in_hand > self._number
            for_seconds = time.monotonic() - self._moved_at
        return f"no call has ended for {for_seconds:.0f} s, and more wait" if waiting and for_seconds > STUCK else ""

    def _ended(self, _: "Future[Any]") -> None:
        with self._lock:
            self.in_hand -= 1
            self._moved_at = time.monotonic()


class Admission(grpc.ServerInterceptor):
    """Asked on grpcio's one serving thread, before a call gets a thread: it must be quick."""

    def __init__(self, threads: CallThreads, arrivals: Arrivals, limit: int) -> None:
        """Refuse calls while `threads` have `limit` of them in hand."""
        self._threads = threads
        self._arrivals = arrivals
        self._limit = limit
        self._refused = Occurrences("server.overloaded")
        self._handlers: dict[str, Handler] = {}

        def refuse(_requests: Iterator[Any], context: grpc.ServicerContext) -> None:
            abort(context, status_of(ServerOverloaded()), correlation_id(context.invocation_metadata()))

        # A thread of its own, for the others are taken; as a stream, it needs no request to say no.
        self.refusing_thread = ThreadPoolExecutor(1, thread_name_prefix="rpc-refusals")
        refuse.experimental_thread_pool = self.refusing_thread  # type: ignore[attr-defined]
        self._refusing: Handler = grpc.stream_unary_rpc_method_handler(refuse)

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], "Handler | None"],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> "Handler | None":
        """The handler of the method; that which refuses if there are too many calls; None for an unknown method."""
        path: str = handler_call_details.method
        handler = self._handlers.get(path) or self._met(path, continuation(handler_call_details))
        if handler is None or self._threads.in_hand < self._limit or path.startswith(_HEALTH):
            return handler
        self._refused.count(door="gRPC", method=path)
        return self._refusing

    def _met(self, path: str, handler: "Handler | None") -> "Handler | None":
        if handler is None:
            return None
        self._handlers[path] = self._arrivals.bounded(handler)
        return self._handlers[path]
