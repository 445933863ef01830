"""What `make run` says of a port that somebody has."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.ports import is_free, taken_port
from dev.shop import HOST, local_shop


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server that would share its port."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind((HOST, 0))
        server.listen()
        yield server


def test_a_taken_port_is_one_sentence_that_names_port_and_service(listener: socket.socket, tmp_path: Path) -> None:
    port = listener.getsockname()[1]
    sentence = taken_port(local_shop(tmp_path, {"order_service": (port, port, port, port, port)}))
    assert sentence.startswith(f"Port {port}, where order_service answers gRPC, is taken: ")
    assert sentence.count(". ") == 0


def test_a_port_is_free_again_once_its_server_is_gone(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with socket.create_connection((HOST, port)):
        connection, _ = listener.accept()
        # The server's side closes first, and so keeps the port in TIME_WAIT.
        connection.close()
        assert not is_free(port)
    listener.close()
    assert is_free(port)
