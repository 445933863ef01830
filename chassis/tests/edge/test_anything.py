"""Whatever is sent, the answer is one that the caller can act on."""

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.edge.fields import fields_of
from chassis.tests.edge.library import message

pytestmark = pytest.mark.usefixtures("library")

BOOK, AUTHOR, SEARCH = (list(fields_of(message(name).DESCRIPTOR)) for name in ("Book", "Author", "SearchBooksRequest"))
NAMES = st.sampled_from([*BOOK, *AUTHOR, "other", "@type"])
HEADERS = st.sampled_from(["Host", "X-Request-Id", "Idempotency-Key", "Content-Length", "Content-Type"])
TEXTS = st.sampled_from(["1", "-1", "1e3", "true", "GENRE_NOVEL", "2026-01-31T12:00:00Z", "3s", "a,b", "AA==", ""])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.text()
CONTENT = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(), inner, max_size=6)
)

# One library for all examples is what the health check warns of and is fine: no example depends on another.
patiently = settings(
    deadline=None, database=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@patiently
@given(content=CONTENT | st.dictionaries(NAMES, CONTENT))
def test_any_body_is_taken_or_refused(client: Client, content: Any) -> None:
    answer = client.post("/v1/shelves/1/books", json.dumps(content), "application/json")

    assert answer.status_code in (200, 400), answer.content


@patiently
@given(body=st.binary())
def test_any_bytes_are_taken_or_refused(client: Client, body: bytes) -> None:
    answer = client.generic("PUT", "/v1/books/1/tags", body, "application/json")

    assert answer.status_code in (200, 400), answer.content


@patiently
@given(query=st.dictionaries(st.sampled_from(SEARCH), TEXTS | st.text()))
def test_any_parameter_is_taken_or_refused(client: Client, query: dict[str, str]) -> None:
    assert client.get("/v1/books", query).status_code in (200, 400)


@patiently
@given(query=st.binary())
def test_any_query_is_taken_or_refused(client: Client, query: bytes) -> None:
    sent: Any = {"QUERY_STRING": query.decode("latin-1")}

    assert client.get("/v1/books", **sent).status_code in (200, 400)


@patiently
@given(segments=st.lists(st.text(), max_size=5), headers=st.dictionaries(HEADERS, st.text()))
def test_any_path_and_header_is_taken_or_refused(client: Client, segments: list[str], headers: dict[str, str]) -> None:
    answer = client.get("/v1/" + "/".join(segments), headers=headers)

    assert answer.status_code in (200, 400, 404, 405, 413), answer.content
