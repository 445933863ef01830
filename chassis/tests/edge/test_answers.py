"""How replies and refusals reach an HTTP caller."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import grpc
import pytest
from django.test import Client
from structlog.testing import capture_logs

from chassis.errors import FailedPrecondition, Unavailable
from chassis.testing import access_token
from chassis.tests.edge.library import Answer, Library, message


class BookLent(FailedPrecondition):
    """Somebody has the book."""


def refusing(error: Exception) -> Answer:
    def answer(request: Any, context: grpc.ServicerContext) -> Any:
        raise error

    return answer


def replying(reply: Any) -> Answer:
    return lambda *_: reply


def problem(answer: Any, status: int, reason: str) -> dict[str, Any]:
    """The answer's problem details, once they are what every problem of the edge is."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content
    details: dict[str, Any] = answer.json()
    assert (details["status"], details["reason"]) == (status, reason)
    assert details["correlation_id"] == answer["X-Request-Id"]
    assert answer["Cache-Control"] == "no-store"
    return details


def test_a_reply_is_proto_json_with_the_contracts_names_and_its_defaults(library: Library, client: Client) -> None:
    library.answers["GetBook"] = replying(message("Book", title="Ü", sold=5, author={"full_name": "x"}))

    answer = client.get("/v1/books/1")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert "Ü" in answer.content.decode()
    book = answer.json()
    assert book["author"] == {"full_name": "x", "born": 0}
    assert (book["sold"], book["in_print"], book["genre"], book["tags"]) == ("5", False, "GENRE_UNSPECIFIED", [])
    assert "sequel" not in book
    assert "subtitle" not in book


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/v1/titles", ["Emma"]),
        ("/v1/titles:count", 0),
        ("/v1/titles:remark", None),
    ],
)
def test_a_rule_may_answer_with_one_field(library: Library, client: Client, path: str, content: Any) -> None:
    library.answers["ListTitles"] = replying(message("ListTitlesResponse", titles=["Emma"]))

    assert client.get(path).json() == content


def test_a_message_field_is_answered_as_an_object_even_if_it_is_not_set(library: Library, client: Client) -> None:
    assert client.get("/v1/titles:longest").json()["title"] == ""


def test_a_refusal_brings_its_reason_code_and_metadata(library: Library, client: Client) -> None:
    library.answers["GetBook"] = refusing(BookLent(metadata={"until": "May"}))

    details = problem(client.get("/v1/books/1"), 400, "BOOK_LENT")

    assert (details["code"], details["detail"]) == ("FAILED_PRECONDITION", "Somebody has the book.")
    assert details["metadata"] == {"until": "May"}


def test_a_refusal_says_when_to_ask_again(library: Library, client: Client) -> None:
    library.answers["GetBook"] = refusing(Unavailable(retry_after=timedelta(seconds=2.5)))

    answer = client.get("/v1/books/1")

    problem(answer, 503, "UNAVAILABLE")
    assert answer["Retry-After"] == "3"


def test_a_broken_rule_of_the_contract_names_its_field(library: Library, client: Client) -> None:
    details = problem(client.get(f"/v1/books/{'x' * 31}"), 400, "INVALID_ARGUMENT")

    assert [each["field"] for each in details["violations"]] == ["book_id"]


def test_a_defect_tells_a_caller_nothing_and_the_log_everything(library: Library, client: Client) -> None:
    library.answers["GetBook"] = refusing(RuntimeError("the secret"))

    with capture_logs() as lines:
        answer = client.get("/v1/books/1", headers={"X-Request-Id": "abc"})

    problem(answer, 500, "INTERNAL")
    assert b"secret" not in answer.content
    (failed,) = [line for line in lines if line["event"] == "rpc.failed"]
    assert failed["correlation_id"] == "abc"


def test_a_code_that_a_servicer_sets_without_an_exception_is_an_error_too(library: Library, client: Client) -> None:
    def answer(request: Any, context: grpc.ServicerContext) -> Any:
        context.set_code(grpc.StatusCode.OUT_OF_RANGE)
        context.set_details("too far")
        return message("Book")

    library.answers["GetBook"] = answer
    answered = client.get("/v1/books/1")

    assert (answered.status_code, answered["Content-Type"]) == (400, "application/problem+json")
    assert (answered.json()["code"], answered.json()["detail"]) == ("OUT_OF_RANGE", "too far")


def test_an_unknown_path_is_a_problem(library: Library, client: Client) -> None:
    problem(client.get("/v2/books"), 404, "ROUTE_NOT_FOUND")


def test_a_path_that_no_pattern_catches_is_a_problem_too(library: Library, client: Client) -> None:
    problem(client.options("*", PATH_INFO="*"), 404, "ROUTE_NOT_FOUND")


def test_a_wrong_method_is_told_the_right_ones(library: Library, client: Client) -> None:
    answer = client.get("/v1/books/1:lend")

    assert problem(answer, 405, "METHOD_NOT_ALLOWED")["code"] == "UNIMPLEMENTED"
    assert answer["Allow"] == "OPTIONS, POST"


def test_options_tells_the_methods_without_making_a_call(library: Library, client: Client) -> None:
    answer = client.options("/v1/books/1")

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"
    assert "Content-Type" not in answer
    assert not library.calls
    problem(client.options("/v2"), 404, "ROUTE_NOT_FOUND")


def test_head_answers_as_get_does_without_a_body(library: Library, client: Client) -> None:
    answer = client.head("/v1/books/1")

    assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "application/json", b"")
    assert library.asked == {"book_id": "1"}


@pytest.mark.parametrize(
    ("content_type", "more"),
    [
        ("text/plain", {}),
        ("application/x-www-form-urlencoded", {}),
        ("", {}),
        ("application/json; charset=latin-1", {}),
        ("application/jsonx", {}),
        ("application/json", {"Content-Encoding": "gzip"}),
    ],
)
def test_a_body_that_is_not_announced_as_json_is_refused(
    library: Library, client: Client, content_type: str, more: dict[str, str]
) -> None:
    answer = client.generic("PUT", "/v1/books/1/tags", "[]", content_type=content_type, headers=more)

    problem(answer, 415, "UNSUPPORTED_MEDIA_TYPE")
    assert not library.calls


@pytest.mark.parametrize(
    "content_type", ["application/json;charset=UTF-8", "Application/JSON", 'application/json; charset="utf-8"; v=1']
)
def test_json_may_be_announced_with_parameters(library: Library, client: Client, content_type: str) -> None:
    assert client.generic("PUT", "/v1/books/1/tags", "[]", content_type=content_type).status_code == 200


def test_another_host_is_not_answered_for(library: Library, client: Client) -> None:
    problem(client.get("/v1/books/1", headers={"Host": "evil.example"}), 400, "HOST_NOT_ALLOWED")


@pytest.mark.parametrize("path", ["/v1/books/1", "/v2", "/livez"])
def test_the_callers_request_id_comes_back(library: Library, client: Client, path: str) -> None:
    assert client.get(path, headers={"X-Request-Id": "abc-1"})["X-Request-Id"] == "abc-1"


@pytest.mark.parametrize("sent", ["", "a b", "a,b", "x" * 65, "ü"])
def test_a_request_id_that_is_not_plain_is_replaced(library: Library, client: Client, sent: str) -> None:
    answered = client.get("/v1/books/1", headers={"X-Request-Id": sent})["X-Request-Id"]

    assert len(answered) == 32
    assert dict(library.calls[-1][2].invocation_metadata())["x-request-id"] == answered


def test_the_request_id_of_a_call_is_the_one_in_the_log(library: Library, client: Client) -> None:
    with capture_logs() as lines:
        answer = client.get("/v1/books/1")

    (line,) = [each for each in lines if each["event"] == "rpc"]
    assert line["correlation_id"] == answer["X-Request-Id"]


@pytest.mark.usefixtures("trusted_tokens")
def test_a_signed_in_user_is_let_in(library: Library, client: Client) -> None:
    bearer = f"Bearer {access_token(uuid4())}"

    assert client.get("/v1/card", headers={"Authorization": bearer}).status_code == 200


@pytest.mark.usefixtures("trusted_tokens")
@pytest.mark.parametrize("tokens", [0, 2])
def test_anything_but_one_token_is_as_good_as_none(library: Library, client: Client, tokens: int) -> None:
    bearer = ",".join(f"Bearer {access_token(uuid4())}" for _ in range(tokens))

    answer = client.get("/v1/card", headers={"Authorization": bearer})

    problem(answer, 401, "TOKEN_MISSING")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_no_header_but_the_known_ones_becomes_metadata(library: Library, client: Client) -> None:
    allowed = {"Authorization": "Bearer x", "X-Request-Id": "abc", "Accept-Language": "de", "Traceparent": "00-1-2-3"}

    client.get("/v1/books/1", headers={**allowed, "X-Service": "order_service", "Grpc-Timeout": "1S", "X-User-Id": "1"})

    metadata = library.calls[-1][2].invocation_metadata()
    assert sorted(metadata) == sorted((name.lower(), value) for name, value in allowed.items())
