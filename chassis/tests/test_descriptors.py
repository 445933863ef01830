"""More connections than a process has descriptors to begin with."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from chassis.descriptors import raise_limit
from chassis.tests.edge.edge_process import START, EdgeProcess, running, started
from chassis.tests.edge.library import SERVICE, message
from dev.ready import until

IDLE = 1100


@pytest.fixture(autouse=True)
def _room_for_the_clients_too() -> None:
    if raise_limit() < 2 * IDLE:
        pytest.skip(f"needs a hard limit of {2 * IDLE} descriptors: ulimit -H -n")


@contextmanager
def silent_clients(port: int) -> Iterator[None]:
    with ExitStack() as stack:
        for _ in range(IDLE):
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        yield


def test_idle_connections_lock_nobody_out_of_an_edge(tmp_path: Path) -> None:
    with running(tmp_path) as edge, silent_clients(edge.port):
        assert {edge.ask("GET", "/v1/books/1").status for _ in range(5)} == {200}


def test_idle_connections_lock_nobody_out_of_a_grpc_server(tmp_path: Path) -> None:
    server = started(tmp_path, "grpcrunserver")
    try:
        until(lambda: sells(server), f"it does not answer; {server.log} says why", START)
        with silent_clients(server.port):
            assert sells(server)
    finally:
        assert server.stop() == 0


def sells(server: EdgeProcess) -> bool:
    """Whether a new client is answered."""
    with grpc.insecure_channel(f"127.0.0.1:{server.port}", [("grpc.use_local_subchannel_pool", 1)]) as channel:
        get: Any = channel.unary_unary(
            f"/{SERVICE}/GetBook", request_serializer=lambda request: request.SerializeToString()
        )
        try:
            get(message("GetBookRequest", book_id="1"), timeout=5)
        except grpc.RpcError:
            return False
    return True
