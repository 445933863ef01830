"""The edge behind the server that serves it in production."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.tests.edge.granian import Granian, running


@pytest.fixture(scope="module")
def granian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Granian]:
    with running(tmp_path_factory.mktemp("edge")) as granian:
        yield granian


def test_it_is_ready_once_its_database_answers(granian: Granian) -> None:
    assert granian.ask("GET", "/readyz").status == 200


def test_without_its_database_it_is_alive_and_not_ready(tmp_path: Path) -> None:
    (tmp_path / "order_service" / "db.sqlite3").mkdir(parents=True)

    with running(tmp_path) as granian:
        answer = granian.ask("GET", "/readyz")

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
    ],
)
def test_a_path_is_decoded_once(granian: Granian, path: str, book_id: str) -> None:
    answer = granian.ask("GET", path)

    assert (answer.status, json.loads(answer.content)["book_id"]) == (200, book_id)


def test_an_encoded_slash_is_a_slash_to_granian(granian: Granian) -> None:
    assert granian.ask("GET", "/v1/books/a%2Fb").status == 404


def test_a_body_in_chunks_is_read(granian: Granian) -> None:
    answer = granian.ask("PUT", "/v1/books/1/tags", iter([b'["a",', b'"b"]']), {"Content-Type": "application/json"})

    assert (answer.status, json.loads(answer.content)["tags"]) == (200, ["a", "b"])


def test_a_body_past_the_limit_is_refused_with_or_without_a_length(granian: Granian) -> None:
    large = json.dumps(["x" * 262_144]).encode()

    for body in (large, iter([large])):
        answer = granian.ask("PUT", "/v1/books/1/tags", body, {"Content-Type": "application/json"})
        assert (answer.status, json.loads(answer.content)["reason"]) == (413, "REQUEST_TOO_LARGE")


def test_the_request_id_comes_back(granian: Granian) -> None:
    assert granian.ask("GET", "/v1/books/1", headers={"X-Request-Id": "abc-1"}).getheader("X-Request-Id") == "abc-1"


def test_head_has_the_headers_and_no_body(granian: Granian) -> None:
    answer = granian.ask("HEAD", "/v1/books/1")

    assert (answer.status, answer.getheader("Content-Type"), answer.content) == (200, "application/json", b"")


def test_a_request_for_the_server_itself_is_a_problem(granian: Granian) -> None:
    answer = granian.ask("OPTIONS", "*")

    assert (answer.status, answer.getheader("Content-Type")) == (404, "application/problem+json")


def test_two_authorization_headers_are_as_good_as_none(granian: Granian) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", granian.port, timeout=5)
    connection.putrequest("GET", "/v1/card")
    connection.putheader("Authorization", "Bearer a")
    connection.putheader("Authorization", "Bearer b")
    connection.endheaders()
    answer = connection.getresponse()

    assert (answer.status, json.loads(answer.read())["reason"]) == (401, "TOKEN_MISSING")
    connection.close()
