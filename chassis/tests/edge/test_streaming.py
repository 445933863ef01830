"""What a streaming method becomes over HTTP."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from chassis.errors import FailedPrecondition
from chassis.tests.edge.library import Library
from chassis.tests.edge.streams import WATCH, behaving, body, sales


class BookSold(FailedPrecondition):
    """Somebody bought the book."""


def sales_and_a_refusal() -> Iterator[Any]:
    yield from sales(1)
    raise BookSold


def refusal() -> Iterator[Any]:
    yield from sales()
    raise BookSold


def test_replies_are_events_with_their_position_as_id(library: Library, client: Client) -> None:
    behaving(library, lambda: sales(1, 2))

    answer = client.get(WATCH)

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/event-stream")
    assert (answer["Cache-Control"], answer["X-Accel-Buffering"]) == ("no-store", "no")
    first, second = body(answer)
    number, data, *rest = first.decode().split("\n")
    assert (number, rest) == ("id: 1", ["", ""])
    assert json.loads(data.removeprefix("data: "))["title"] == "Ü\n"
    assert second.startswith(b"id: 2\ndata: {")


def test_replies_are_lines_where_the_caller_asks_for_that(library: Library, client: Client) -> None:
    behaving(library, lambda: sales(1, 2))

    answer = client.get(WATCH, headers={"Accept": "application/x-ndjson"})

    assert answer["Content-Type"] == "application/x-ndjson"
    assert [json.loads(line)["sold"] for line in b"".join(body(answer)).splitlines()] == ["1", "2"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/event-stream"),
        ("text/event-stream", "text/event-stream"),
        ("application/json, text/*", "text/event-stream"),
        ("application/x-ndjson, */*;q=0.1", "application/x-ndjson"),
    ],
)
def test_the_caller_chooses_the_form(library: Library, client: Client, accept: str, media_type: str) -> None:
    answer = client.get(WATCH, headers={"Accept": accept})

    assert answer["Content-Type"] == media_type
    assert len(body(answer)) == 1


def test_a_stream_is_no_single_json(library: Library, client: Client) -> None:
    answer = client.get(WATCH, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json()["reason"]) == (406, "NOT_ACCEPTABLE")
    assert not library.calls


def test_a_refusal_before_the_first_reply_is_an_ordinary_problem(library: Library, client: Client) -> None:
    behaving(library, refusal)

    answer = client.get(WATCH)

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["reason"] == "BOOK_SOLD"


def test_a_request_against_the_contract_is_an_ordinary_problem_too(library: Library, client: Client) -> None:
    answer = client.get(f"{WATCH}?after_sold=-1")

    assert (answer.status_code, answer.json()["violations"][0]["field"]) == (400, "after_sold")


def test_a_refusal_after_the_first_reply_is_the_last_event(library: Library, client: Client) -> None:
    behaving(library, sales_and_a_refusal)

    answer = client.get(WATCH)
    _, last = body(answer)

    event, data, *_ = last.decode().split("\n")
    problem = json.loads(data.removeprefix("data: "))
    assert event == "event: error"
    assert (problem["status"], problem["reason"]) == (400, "BOOK_SOLD")
    assert problem["correlation_id"] == answer["X-Request-Id"]


def test_a_refusal_after_the_first_reply_is_the_last_line(library: Library, client: Client) -> None:
    behaving(library, sales_and_a_refusal)

    _, last = body(client.get(WATCH, headers={"Accept": "application/x-ndjson"}))

    assert json.loads(last)["error"]["reason"] == "BOOK_SOLD"


def test_a_stream_without_a_reply_tells_the_browser_not_to_come_back(library: Library, client: Client) -> None:
    behaving(library, sales)

    answer = client.get(WATCH)

    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(
    ("query", "event_id", "after"),
    [("", "", None), ("?after_sold=4", "", "4"), ("", "7", "7"), ("?after_sold=4", "7", "7")],
)
def test_a_stream_is_taken_up_after_the_last_event(
    library: Library, client: Client, query: str, event_id: str, after: str | None
) -> None:
    body(client.get(f"{WATCH}{query}", headers={"Last-Event-ID": event_id}))

    assert library.asked.get("after_sold") == after


@pytest.mark.parametrize("event_id", ["x", "-1", "1.5", str(2**63)])
def test_what_is_no_events_id_is_refused_by_the_field(library: Library, client: Client, event_id: str) -> None:
    answer = client.get(WATCH, headers={"Last-Event-ID": event_id})

    assert (answer.status_code, answer.json()["violations"][0]["field"]) == (400, "after_sold")


def test_the_id_of_an_event_means_nothing_to_other_methods(library: Library, client: Client) -> None:
    assert client.get("/v1/books/1", headers={"Last-Event-ID": "x"}).status_code == 200
