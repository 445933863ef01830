"""A client of a library that streams, over a real server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import uuid4

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis.call import CORRELATION_KEY
from chassis.streams import looks
from chassis.testing import serving
from chassis.tests.edge.library import SERVICE, Library, message, register

NEVER = 60.0  # Seconds; longer than any test lasts.


class Reader:
    """A client of the library."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.health = health_pb2_grpc.HealthStub(channel)
        form: Any = type(message("Book"))
        sent: dict[str, Any] = {
            "request_serializer": lambda request: request.SerializeToString(),
            "response_deserializer": form.FromString,
        }
        # By which its lines are known in the log, where a stream of an earlier test may still write its own.
        self.correlation_id = uuid4().hex
        self._watch = channel.unary_stream(f"/{SERVICE}/WatchBook", **sent)
        self._get = channel.unary_unary(f"/{SERVICE}/GetBook", **sent)

    def watch(self) -> Any:
        """An open stream."""
        metadata = ((CORRELATION_KEY, self.correlation_id),)
        return self._watch(message("WatchBookRequest", book_id="1"), metadata=metadata)

    def get(self) -> Any:
        return self._get(message("GetBookRequest", book_id="1"), timeout=5)

    def check(self) -> Any:
        return self.health.Check(health_pb2.HealthCheckRequest(), timeout=5)


@contextmanager
def watching(behaviour: Callable[[], Iterator[Any]]) -> Iterator[Reader]:
    """A reader of a library that answers WatchBook so, over a real server."""
    library = Library()
    library.answers["WatchBook"] = lambda *_: behaviour()
    with serving(partial(register, SERVICE, library.behaviour)) as target, grpc.insecure_channel(target) as channel:
        yield Reader(channel)


def sales(*sold: int) -> Iterator[Any]:
    for number in sold:
        yield message("Book", sold=number)


def one_sale_and_then_a_wait() -> Iterator[Any]:
    yield from sales(1)
    for _ in looks(NEVER):
        pass
