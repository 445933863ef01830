"""Streams behind the server that serves them in production, with its four threads."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest

from chassis.testing import streaming
from chassis.tests.edge import vanishing
from chassis.tests.edge.edge_process import ROOT, EdgeProcess, running, start
from dev.ready import until

SLOTS = 2


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeProcess]:
    with running(tmp_path_factory.mktemp("streams"), EDGE_STREAMS=str(SLOTS)) as edge:
        yield edge


def watching(edge: EdgeProcess) -> AbstractContextManager[Any]:
    return streaming(edge.port, "/v1/books/1:watch", {})


def first_event(answer: Any) -> list[bytes]:
    return [answer.readline() for _ in range(3)]


def held(edge: EdgeProcess, stack: ExitStack) -> Any:
    """A stream that had its first event, once a slot is free. The stack's end is its client's."""

    def opened() -> Any:
        answer = stack.enter_context(watching(edge))
        return answer if first_event(answer)[0] == b"id: 1\n" else None

    # Far less than the 15 seconds between two heartbeats.
    return until(opened, "no slot is free", 5)


def test_events_come_as_they_happen(edge: EdgeProcess) -> None:
    with watching(edge) as answer:
        number, data, end = first_event(answer)

    assert (answer.status, answer.getheader("Content-Type")) == (200, "text/event-stream")
    assert (number, end) == (b"id: 1\n", b"\n")
    assert json.loads(data.removeprefix(b"data: "))["sold"] == "1"


def test_four_open_streams_on_four_threads_leave_calls_alone(edge: EdgeProcess) -> None:
    with ExitStack() as stack:
        for _ in range(SLOTS):
            held(edge, stack)

        for _ in range(2 * SLOTS):
            refused = stack.enter_context(watching(edge))
            assert (refused.status, json.loads(refused.read())["reason"]) == (429, "TOO_MANY_STREAMS")
            assert refused.getheader("Retry-After")
        started = time.monotonic()
        assert {edge.ask("GET", "/v1/books/1").status for _ in range(20)} == {200}
        assert edge.ask("GET", "/readyz").status == 200
        assert time.monotonic() - started < 5


def test_a_client_that_goes_frees_its_slot_long_before_a_heartbeat(edge: EdgeProcess) -> None:
    for _ in range(3):
        with ExitStack() as stack:
            for _ in range(SLOTS):
                held(edge, stack)


def test_open_streams_end_when_the_server_is_told_to_stop(tmp_path: Path) -> None:
    edge = start(tmp_path)
    with ExitStack() as stack:
        answers = [held(edge, stack) for _ in range(SLOTS)]

        started = time.monotonic()
        assert edge.stop() == 0

        assert time.monotonic() - started < 5
        assert [answer.read() for answer in answers] == [b""] * SLOTS


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="needs root on Linux: a network of its own")
def test_a_client_that_vanishes_is_noticed_within_two_heartbeats(tmp_path: Path) -> None:
    command = [sys.executable, "-m", vanishing.__name__, str(tmp_path)]

    measured = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )

    assert measured.returncode == 0, measured.stderr
    # A look every half second at the most.
    assert float(measured.stdout) < 2 * vanishing.HEARTBEAT + 1
