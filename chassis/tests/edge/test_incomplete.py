"""Requests that do not arrive whole: nothing is done for them, and they take nothing from others."""

import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from chassis.tests.edge.edge_process import EdgeProcess, running
from dev.ready import until

PATIENCE = 2  # Seconds, as REQUEST_TIMEOUT.
UPDATE = b"PATCH /v1/books/1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNKED = UPDATE + b"Transfer-Encoding: chunked\r\n\r\n"
LENGTH = UPDATE + b"Content-Length: 9\r\n\r\n"


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeProcess]:
    # A variable of the process must not pass for a header.
    folder = tmp_path_factory.mktemp("edge")
    with running(folder, REQUEST_TIMEOUT=str(PATIENCE), HTTP_X_REQUEST_ID="from-the-environment") as edge:
        yield edge


def updates(edge: EdgeProcess) -> int:
    return int(json.loads(edge.ask("GET", "/v1/books/1").content)["sold"])


def reason(said: bytes) -> tuple[int, str]:
    """The status of the last answer in `said`, and the reason in its problem."""
    answer = said[said.rindex(b"HTTP/1.1 ") :]
    head, _, content = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(content)["reason"]


def close(connection: socket.socket) -> None:
    connection.close()


def end_writing(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_WR)
    connection.recv(1)
    connection.close()


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def send_nonsense(connection: socket.socket) -> None:
    connection.sendall(b"zz\r\n")
    assert reason(connection.recv(65_536)) == (400, "MALFORMED_HTTP")
    connection.close()


def say_nothing_more(connection: socket.socket) -> None:
    assert reason(b"".join(iter(lambda: connection.recv(65_536), b""))) == (408, "REQUEST_TIMEOUT")
    connection.close()


@pytest.mark.parametrize("end", [close, end_writing, reset, say_nothing_more])
@pytest.mark.parametrize("sent", [CHUNKED, CHUNKED + b"2\r\n{}\r\n", CHUNKED + b"9\r\n{}", LENGTH, LENGTH + b"{}"])
def test_an_incomplete_body_is_no_empty_one(
    edge: EdgeProcess, sent: bytes, end: Callable[[socket.socket], None]
) -> None:
    before = updates(edge)

    end(edge.connect(sent))

    assert updates(edge) == before


def test_a_chunk_that_makes_no_sense_ends_the_request(edge: EdgeProcess) -> None:
    before = updates(edge)

    send_nonsense(edge.connect(CHUNKED))

    assert updates(edge) == before


def test_a_complete_request_before_a_broken_one_counts(edge: EdgeProcess) -> None:
    before = updates(edge)

    with edge.connect(CHUNKED + b"2\r\n{}\r\n0\r\n\r\n") as connection:
        assert b"200 OK" in connection.recv(65_536)
        connection.sendall(CHUNKED)

    assert updates(edge) == before + 1


@pytest.mark.parametrize(
    "head",
    [
        LENGTH,
        CHUNKED,
        UPDATE + b"Content-Length: 262144\r\n\r\n" + b"x" * 100_000,
        b"GET /livez HTTP/1.1\r\nHost: loc",
        b"",
    ],
    ids=["length", "chunks", "half a body", "half a head", "nothing"],
)
def test_two_hundred_clients_that_say_no_more_hold_nobody_up(edge: EdgeProcess, head: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(edge.connect(head))

        waits = []
        for _ in range(5):
            started = time.monotonic()
            assert edge.ask("GET", "/livez").status == 200
            waits.append(time.monotonic() - started)
        assert edge.ask("GET", "/v1/books/1").status == 200

    assert min(waits) < 0.1


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("announced", ["Content-Length: 9", "Transfer-Encoding: chunked"])
def test_a_body_that_nobody_wants_is_not_waited_for(edge: EdgeProcess, method: str, announced: str) -> None:
    started = time.monotonic()

    with edge.connect(
        f"{method} /v1/books/1 HTTP/1.1\r\nHost: localhost\r\n{announced}\r\n\r\n".encode()
    ) as connection:
        assert connection.makefile("rb").readline() == b"HTTP/1.1 400 Bad Request\r\n"

    assert time.monotonic() - started < PATIENCE


@pytest.mark.parametrize("expects", [b"", b"Expect: 100-continue\r\n"])
def test_a_body_that_is_announced_too_large_is_not_read(edge: EdgeProcess, expects: bytes) -> None:
    said = edge.said(UPDATE + expects + b"Content-Length: 262145\r\n\r\n")

    assert said.startswith(b"HTTP/1.1 413")
    assert reason(said) == (413, "REQUEST_TOO_LARGE")


def test_a_body_that_grows_too_large_is_answered_while_it_is_sent(edge: EdgeProcess) -> None:
    answer = edge.ask("PUT", "/v1/books/1/tags", iter([b" " * 65_536] * 40), {"Content-Type": "application/json"})

    assert (answer.status, json.loads(answer.content)["reason"]) == (413, "REQUEST_TOO_LARGE")


def test_a_body_that_does_not_end_is_not_read_for_long(edge: EdgeProcess) -> None:
    started = time.monotonic()

    with edge.connect(CHUNKED) as connection, suppress(OSError):
        while True:
            connection.sendall(b"10000\r\n" + b" " * 65_536 + b"\r\n")

    assert time.monotonic() - started < 2 * PATIENCE


def test_http_2_is_not_spoken_in_the_clear(edge: EdgeProcess) -> None:
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"

    assert reason(edge.said(preface)) == (400, "MALFORMED_HTTP")


def test_an_offer_to_speak_http_2_is_not_taken_up(edge: EdgeProcess) -> None:
    said = edge.said(
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\n"
        b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
    )

    assert said.startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    "headers", [b"X-Large: " + b"x" * 70_000, b"\r\n".join(b"X-%d: y" % n for n in range(101))], ids=["large", "many"]
)
def test_a_head_past_the_limit_is_refused(edge: EdgeProcess, headers: bytes) -> None:
    said = edge.said(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n%s\r\n\r\n" % headers)

    assert reason(said) == (431, "HEAD_TOO_LARGE")


def test_a_head_that_never_ends_is_refused(edge: EdgeProcess) -> None:
    assert reason(edge.said(b"GET /livez HTTP/1.1\r\nX: " + b"x" * 66_000)) == (431, "HEAD_TOO_LARGE")


@pytest.mark.parametrize("sent", [b"", b"GET /livez HTTP/1.1\r\n"])
def test_a_connection_without_a_request_is_closed(edge: EdgeProcess, sent: bytes) -> None:
    started = time.monotonic()

    assert edge.said(sent) == b""

    assert time.monotonic() - started < PATIENCE + 2


def test_a_header_with_an_underscore_is_not_the_real_one(edge: EdgeProcess) -> None:
    answer = edge.ask("GET", "/v1/books/1", headers={"X_Request_Id": "forged", "Accept_Language": "de"})

    assert "accept-language" not in json.loads(answer.content)["title"]
    assert answer.getheader("X-Request-Id") not in ("forged", "from-the-environment")


def test_a_field_after_the_body_is_no_header(edge: EdgeProcess) -> None:
    with edge.connect(CHUNKED + b"2\r\n{}\r\n0\r\nX-Request-Id: forged\r\n\r\n") as connection:
        said = connection.recv(65_536)

    assert said.startswith(b"HTTP/1.1 200 OK")
    assert b"forged" not in said


def test_requests_beyond_those_in_hand_are_refused_and_told_when_to_come_back(tmp_path: Path) -> None:
    with running(tmp_path, EDGE_THREADS="2", EDGE_MAX_CONCURRENT="3", CALL_DEADLINE="3") as edge, ExitStack() as stack:
        ask = b"GET /v1/books/lent HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        waiting = [stack.enter_context(edge.connect(ask)) for _ in range(3)]

        refused = until(lambda: busy(edge), "it takes on everything", 5)
        assert (refused.status, json.loads(refused.content)["reason"]) == (503, "SERVER_OVERLOADED")
        assert refused.getheader("Retry-After") == "1"

        assert {connection.recv(65_536)[:12] for connection in waiting[:2]} == {b"HTTP/1.1 200"}


def busy(edge: EdgeProcess) -> Any:
    answer = edge.ask("GET", "/livez")
    return answer if answer.status == 503 else None


def test_a_crowd_of_silent_connections_locks_nobody_out(tmp_path: Path) -> None:
    with running(tmp_path, EDGE_CONNECTIONS="50") as edge, ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(edge.connect())

        assert {edge.ask("GET", "/v1/books/1").status for _ in range(20)} == {200}


def test_a_request_that_is_not_complete_does_not_keep_it_from_stopping(tmp_path: Path) -> None:
    with running(tmp_path, RPC_GRACE="1") as edge:
        connections = [edge.connect(LENGTH), edge.connect(), edge.connect(b"GET /")]

    for connection in connections:
        connection.close()
