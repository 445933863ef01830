"""The edge behind the server that serves it in production."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.tests.edge.edge_process import EdgeProcess, running


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeProcess]:
    with running(tmp_path_factory.mktemp("edge")) as edge:
        yield edge


def test_it_is_ready_once_its_database_answers(edge: EdgeProcess) -> None:
    assert edge.ask("GET", "/readyz").status == 200


def test_without_its_database_it_is_alive_and_not_ready(tmp_path: Path) -> None:
    (tmp_path / "order_service" / "db.sqlite3").mkdir(parents=True)

    with running(tmp_path) as edge:
        answer = edge.ask("GET", "/readyz")

    assert (answer.status, answer.getheader("Content-Type")) == (503, "application/problem+json")
    assert json.loads(answer.content)["reason"] == "DATABASE_UNAVAILABLE"


@pytest.mark.parametrize(
    ("path", "book_id"),
    [
        ("/v1/books/50%25%20off", "50% off"),
        ("/v1/books/%C3%BC", "ü"),
        ("/v1/books/a+b", "a+b"),
        ("/v1/books/a%3Fb%23c", "a?b#c"),
        ("/v1/books/%252F", "%2F"),
        ("/v1/books/a%2Fb", "a/b"),
        ("/v1/books/a%3Awatch", "a:watch"),
    ],
)
def test_a_path_is_decoded_once(edge: EdgeProcess, path: str, book_id: str) -> None:
    answer = edge.ask("GET", path)

    assert (answer.status, json.loads(answer.content)["book_id"]) == (200, book_id)


def test_a_body_in_chunks_is_read(edge: EdgeProcess) -> None:
    answer = edge.ask("PUT", "/v1/books/1/tags", iter([b'["a",', b'"b"]']), {"Content-Type": "application/json"})

    assert (answer.status, json.loads(answer.content)["tags"]) == (200, ["a", "b"])


def test_a_body_past_the_limit_is_refused_with_or_without_a_length(edge: EdgeProcess) -> None:
    large = json.dumps(["x" * 262_144]).encode()

    for body in (large, iter([large])):
        answer = edge.ask("PUT", "/v1/books/1/tags", body, {"Content-Type": "application/json"})
        assert (answer.status, json.loads(answer.content)["reason"]) == (413, "REQUEST_TOO_LARGE")


def test_the_request_id_comes_back(edge: EdgeProcess) -> None:
    assert edge.ask("GET", "/v1/books/1", headers={"X-Request-Id": "abc-1"}).getheader("X-Request-Id") == "abc-1"


def test_head_has_the_headers_and_no_body(edge: EdgeProcess) -> None:
    answer = edge.ask("HEAD", "/v1/books/1")

    assert (answer.status, answer.getheader("Content-Type"), answer.content) == (200, "application/json", b"")


def test_two_authorization_headers_are_as_good_as_none(edge: EdgeProcess) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", edge.port, timeout=5)
    connection.putrequest("GET", "/v1/card")
    connection.putheader("Authorization", "Bearer a")
    connection.putheader("Authorization", "Bearer b")
    connection.endheaders()
    answer = connection.getresponse()

    assert (answer.status, json.loads(answer.read())["reason"]) == (401, "TOKEN_MISSING")
    connection.close()
