"""Streams over HTTP while nothing happens, and when they end."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from chassis.edge import stream_call
from chassis.streams import Slots
from chassis.tests.edge.library import Library
from chassis.tests.edge.streams import WATCH, a_wait, behaving, body, pieces, sales
from dev.ready import until


@pytest.mark.parametrize(("accept", "heartbeat"), [("*/*", b":\n\n"), ("application/x-ndjson", b"\n")])
def test_a_quiet_stream_has_a_pulse(
    library: Library, client: Client, settings: Settings, accept: str, heartbeat: bytes
) -> None:
    settings.STREAM_HEARTBEAT = 0.1
    behaving(library, a_wait)

    answer = client.get(WATCH, headers={"Accept": accept})

    assert next(pieces(answer)) == heartbeat
    answer.close()


def test_between_two_pulses_the_server_is_asked_whether_anybody_is_there(library: Library, client: Client) -> None:
    behaving(library, a_wait)

    answer = client.get(WATCH)

    assert next(pieces(answer)) == b""
    answer.close()


@pytest.mark.parametrize("read", [0, 1])
def test_a_closed_answer_ends_the_call(library: Library, client: Client, read: int) -> None:
    ended = threading.Event()

    def behaviour() -> Iterator[Any]:
        try:
            yield from sales(1)
            yield from a_wait()
        finally:
            ended.set()

    behaving(library, behaviour)
    answer = client.get(WATCH)
    assert len([next(pieces(answer)) for _ in range(read)]) == read

    answer.close()

    assert ended.wait(10)


def test_a_reader_who_stops_reading_holds_the_servicer_back(library: Library, client: Client) -> None:
    made: list[int] = []

    def behaviour() -> Iterator[Any]:
        for number in range(1000):
            made.append(number)
            yield from sales(number)

    behaving(library, behaviour)
    answer = client.get(WATCH)
    assert len(made) <= 4
    assert len(body(answer)) == 1000


def test_more_streams_than_slots_are_refused_until_one_is_given_back(
    library: Library, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = Slots(2)
    monkeypatch.setattr(stream_call, "edge_slots", lambda: two)
    behaving(library, a_wait)
    held = [client.get(WATCH) for _ in range(2)]

    refused = client.get(WATCH)

    assert (refused.status_code, refused.json()["reason"]) == (429, "TOO_MANY_STREAMS")
    assert int(refused["Retry-After"]) >= 1
    for answer in held:
        answer.close()
    behaving(library, lambda: sales(1))
    until(lambda: client.get(WATCH).status_code == 200, "no slot came back", 10)


def test_head_opens_no_stream_for_long(library: Library, client: Client) -> None:
    behaving(library, a_wait)

    for _ in range(3):
        answer = client.head(WATCH)
        assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "text/event-stream", b"")
