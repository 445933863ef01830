"""The one table each way."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from google.rpc import code_pb2, status_pb2

from chassis import errors, paging, tokens
from chassis.errors import Refusal, Violation
from chassis.status import HTTP_STATUS, problem_of, refusal_for, retry_after, status_of


def all_refusals(base: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Every refusal that is known by now and can be raised without saying more."""
    for refusal in base.__subclasses__():
        if refusal.__init__ is Refusal.__init__:
            yield refusal
        yield from all_refusals(refusal)


def test_every_code_has_an_http_status() -> None:
    assert set(HTTP_STATUS) == set(code_pb2.Code.values())


@pytest.mark.parametrize("refusal", sorted(all_refusals(), key=str))
def test_every_refusal_has_a_status_and_a_sentence(refusal: type[Refusal]) -> None:
    status = status_of(refusal())

    assert problem_of(status)["status"] >= 400
    assert status.message.endswith((".", "once"))


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [(paging.InvalidPageToken, "INVALID_PAGE_TOKEN"), (tokens.TokenExpired, "TOKEN_EXPIRED")],
)
def test_the_reason_is_the_name_of_the_class(refusal: type[Refusal], reason: str) -> None:
    assert refusal.reason() == reason


def test_a_problem_says_what_the_status_says() -> None:
    refusal = errors.InvalidArgument("two things", violations=[Violation("email", "is no address")])

    assert problem_of(status_of(refusal)) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "two things",
        "code": "INVALID_ARGUMENT",
        "reason": "INVALID_ARGUMENT",
        "domain": "shop.common",
        "metadata": {},
        "violations": [{"field": "email", "description": "is no address"}],
    }


def test_a_pause_is_told_in_whole_seconds_rounded_up() -> None:
    assert retry_after(status_of(errors.Unavailable(retry_after=timedelta(seconds=1.2)))) == 2
    assert retry_after(status_pb2.Status()) is None


def test_what_is_not_meant_for_callers_becomes_internal() -> None:
    assert isinstance(refusal_for(RuntimeError("secret"), "c-1"), errors.Internal)
    assert "secret" not in str(refusal_for(RuntimeError("secret"), "c-1"))
