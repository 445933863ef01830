"""Load: callers, each a thread, in a process of their own so that no server waits for its client's interpreter."""

import http.client
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Protocol
from uuid import uuid4

import grpc

from shop.orders.v1 import orders_pb2, orders_pb2_grpc

WARM_UP = 20  # Calls of each caller before it is measured.
TIMEOUT = 20.0  # Seconds for a call.

Call = Callable[[], None]


class Load(Protocol):
    """What callers do. It travels to the process of the callers, so it is made of plain values."""

    def opened(self) -> AbstractContextManager[Call]:
        """A connection of one caller's own: the call it makes, which raises if it is refused."""


@dataclass(frozen=True, slots=True)
class Rpc:
    """The same RPC again and again, in bytes: what a client costs is the same whoever answers."""

    target: str
    path: str  # As in "/shop.users.v1.UserService/ValidateUser".
    request: bytes
    metadata: tuple[tuple[str, str], ...] = ()

    @contextmanager
    def opened(self) -> Iterator[Call]:
        with _channel(self.target) as channel:
            method: Callable[..., bytes] = channel.unary_unary(self.path)

            def call() -> None:
                method(self.request, metadata=self.metadata, timeout=TIMEOUT)

            yield call


@dataclass(frozen=True, slots=True)
class Get:
    """The same GET again and again, over a connection that is kept."""

    port: int
    path: str

    @contextmanager
    def opened(self) -> Iterator[Call]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)

        def call() -> None:
            connection.request("GET", self.path)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{answer.status}: {content!r}")

        try:
            yield call
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """A new order with each call, of one unit of every product, which has to be paid when the call returns."""

    target: str
    metadata: tuple[tuple[str, str], ...]
    product_ids: tuple[str, ...]

    @contextmanager
    def opened(self) -> Iterator[Call]:
        lines = [orders_pb2.PlaceOrderLine(product_id=each, quantity=1) for each in self.product_ids]
        with _channel(self.target) as channel:
            place = orders_pb2_grpc.OrderServiceStub(channel).PlaceOrder

            def call() -> None:
                request = orders_pb2.PlaceOrderRequest(
                    request_id=str(uuid4()),
                    lines=lines,
                    payment_token="tok_approve",  # noqa: S106  A card.
                )
                order = place(request, metadata=self.metadata, timeout=TIMEOUT)
                if order.status != orders_pb2.ORDER_STATUS_PAID:
                    raise RuntimeError(f"order {order.order_id} is {orders_pb2.OrderStatus.Name(order.status)}")

            yield call


@dataclass(frozen=True, slots=True)
class Burst:
    """What a load measured."""

    latencies: list[float]  # In milliseconds, of each call.
    seconds: float

    @property
    def rate(self) -> float:
        """Calls a second."""
        return len(self.latencies) / self.seconds

    @property
    def p50(self) -> float:
        """The median of the latencies, in milliseconds."""
        return median(self.latencies)


class Callers:
    """A process that makes calls when told to."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def burst(self, load: Load, callers: int, seconds: float, warm_up: int = WARM_UP) -> Burst:
        """Let as many `callers` do nothing else for `seconds`. Raises what a refused call raises."""
        return self._pool.submit(burst, load, callers, seconds, warm_up).result(timeout=seconds + 60)


@contextmanager
def calling() -> Iterator[Callers]:
    """The process of the callers."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield Callers(pool)


def burst(load: Load, callers: int, seconds: float, warm_up: int) -> Burst:
    """What `Callers.burst` says, in this process."""
    start = threading.Barrier(callers, timeout=60)
    with ThreadPoolExecutor(callers) as threads:
        jobs = [threads.submit(_call_on, load, start, seconds, warm_up) for _ in range(callers)]
        measured = [job.result() for job in jobs]
    latencies = [latency for each in measured for latency in each.latencies]
    return Burst(latencies, max(each.seconds for each in measured))


def _call_on(load: Load, start: threading.Barrier, seconds: float, warm_up: int) -> Burst:
    latencies = []
    with load.opened() as call:
        for _ in range(warm_up):
            call()
        start.wait()
        began = before = time.perf_counter()
        while before < began + seconds:
            call()
            after = time.perf_counter()
            latencies.append((after - before) * 1000)
            before = after
    return Burst(latencies, before - began)


def _channel(target: str) -> grpc.Channel:
    # Channels with the same options share a connection otherwise.
    return grpc.insecure_channel(target, [("grpc.use_local_subchannel_pool", 1)])
