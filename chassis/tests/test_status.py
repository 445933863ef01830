"""The one table each way."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import grpc
import pytest
from google.rpc import code_pb2, status_pb2
from grpc_status import rpc_status

from chassis import errors, paging, tokens
from chassis.errors import InvalidArgument, Refusal, Violation
from chassis.status import HTTP_STATUS, problem_of, refusal_for, retry_after, status_of
from chassis.testing import serving
from chassis.tests.fakes import users
from shop.users.v1 import users_pb2, users_pb2_grpc


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


@pytest.mark.parametrize("text", ["x", "ü", "🫖", "%", "\n"])
@pytest.mark.parametrize("times", [1, 20, 21, 5000])
def test_a_refusal_arrives_however_much_there_is_to_say(text: str, times: int) -> None:
    def behaviour(_request: Any) -> None:
        long = text * 5000
        raise InvalidArgument(long, violations=[Violation(long, long)] * times, metadata={"name": long})

    with (
        serving(users(behaviour)) as target,
        grpc.insecure_channel(target) as channel,
        pytest.raises(grpc.RpcError) as error,
    ):
        users_pb2_grpc.UserServiceStub(channel).GetSigningKeys(users_pb2.GetSigningKeysRequest())

    told = problem_of(rpc_status.from_call(error.value))
    assert (told["code"], told["reason"]) == ("INVALID_ARGUMENT", "INVALID_ARGUMENT")
    shown = told["violations"]
    assert 1 <= len(shown) <= 20
    assert len(shown) + int(told["metadata"].get("more_violations", 0)) == times
    assert len(json.dumps(told)) < 40_000


def test_all_violations_are_told_where_there_are_few() -> None:
    refusal = InvalidArgument("no", violations=(Violation(f"field_{n}", "is wrong") for n in range(20)))

    told = problem_of(status_of(refusal))

    assert [each["field"] for each in told["violations"]] == [f"field_{n}" for n in range(20)]
    assert "more_violations" not in told["metadata"]


def test_a_refusal_says_how_many_violations_it_does_not_tell() -> None:
    refusal = InvalidArgument("no", violations=(Violation(f"field_{n}", "is wrong") for n in range(230)))

    told = problem_of(status_of(refusal))

    assert (len(told["violations"]), told["metadata"]["more_violations"]) == (20, "210")
    assert told["detail"] == "no (and 210 more)"
