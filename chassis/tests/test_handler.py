"""The one wrapper, over a real channel."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import grpc
import pytest
from django.db import OperationalError, connection
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from pytest_django import Settings

from chassis import call
from chassis.errors import FailedPrecondition, ResourceExhausted
from chassis.status import error_info
from chassis.testing import as_service, as_user, serving
from chassis.tests.fakes import Behaviour, users
from shop.users.v1 import users_pb2, users_pb2_grpc

KEYS = users_pb2.GetSigningKeysRequest()


class ShopClosed(FailedPrecondition):
    """The shop is closed."""


@pytest.fixture(autouse=True)
def _trusted_tokens(trusted_tokens: None) -> None:
    pass


def answer_to(
    behaviour: Behaviour, request: Any = KEYS, method: str = "GetSigningKeys", **options: Any
) -> tuple[Any, grpc.RpcError | None]:
    """The reply or the error of one call to a server that behaves so."""
    with serving(users(behaviour)) as target, grpc.insecure_channel(target) as channel:
        try:
            return getattr(users_pb2_grpc.UserServiceStub(channel), method)(request, **options), None
        except grpc.RpcError as error:
            return None, error


def refuse(error: Exception) -> Behaviour:
    def behaviour(_request: Any) -> None:
        raise error

    return behaviour


def test_a_refusal_reaches_the_caller_with_reason_domain_and_metadata() -> None:
    _, error = answer_to(refuse(ShopClosed(metadata={"opens": "9:00"})))

    assert error is not None
    assert (error.code(), error.details()) == (grpc.StatusCode.FAILED_PRECONDITION, "The shop is closed.")
    info = error_info(error)
    assert (info.reason, info.domain, dict(info.metadata)) == ("SHOP_CLOSED", "shop.common", {"opens": "9:00"})


def test_an_error_that_nobody_meant_tells_the_caller_nothing_but_where_to_look() -> None:
    _, error = answer_to(refuse(ValueError("password=hunter2")), metadata=((call.CORRELATION_KEY, "ask-me"),))

    assert error is not None
    assert error.code() == grpc.StatusCode.INTERNAL
    assert "hunter2" not in str(error)
    assert error_info(error).metadata["correlation_id"] == "ask-me"


def test_a_busy_database_is_unavailable_and_not_our_defect() -> None:
    _, error = answer_to(refuse(OperationalError("database is locked")))

    assert error is not None
    assert error.code() == grpc.StatusCode.UNAVAILABLE
    assert error_info(error).reason == "DATABASE_UNAVAILABLE"


def test_every_violation_is_named_by_its_field() -> None:
    _, error = answer_to(
        lambda _request: None,
        users_pb2.ListUsersRequest(page_size=-1, page_token="x" * 2000),
        "ListUsers",
        metadata=as_user(uuid4(), staff=True),
    )

    assert error is not None
    status = rpc_status.from_call(error)
    bad_request = error_details_pb2.BadRequest()
    assert any(detail.Unpack(bad_request) for detail in status.details)
    assert [violation.field for violation in bad_request.field_violations] == ["page_size", "page_token"]


@pytest.mark.parametrize(
    ("method", "request_", "metadata", "code"),
    [
        ("GetSigningKeys", KEYS, (), None),
        ("GetSigningKeys", KEYS, (("authorization", "Bearer stale"),), None),
        ("GetUser", users_pb2.GetUserRequest(), (), grpc.StatusCode.UNAUTHENTICATED),
        ("GetUser", users_pb2.GetUserRequest(), (("authorization", "Basic abc"),), grpc.StatusCode.UNAUTHENTICATED),
        ("GetUser", users_pb2.GetUserRequest(), as_service("order_service"), grpc.StatusCode.UNAUTHENTICATED),
        ("GetUser", users_pb2.GetUserRequest(), as_user(uuid4()), None),
        ("ListUsers", users_pb2.ListUsersRequest(), as_user(uuid4()), grpc.StatusCode.PERMISSION_DENIED),
        ("ListUsers", users_pb2.ListUsersRequest(), as_user(uuid4(), staff=True), None),
        ("ValidateUser", users_pb2.ValidateUserRequest(user_id=str(uuid4())), as_service("order_service"), None),
        (
            "ValidateUser",
            users_pb2.ValidateUserRequest(user_id=str(uuid4())),
            as_service("product_service"),
            grpc.StatusCode.PERMISSION_DENIED,
        ),
        (
            "ValidateUser",
            users_pb2.ValidateUserRequest(user_id=str(uuid4())),
            as_user(uuid4(), staff=True),
            grpc.StatusCode.PERMISSION_DENIED,
        ),
    ],
)
def test_the_contract_decides_who_gets_in(
    method: str, request_: Any, metadata: Any, code: grpc.StatusCode | None
) -> None:
    _, error = answer_to(lambda _request: None, request_, method, metadata=metadata)

    assert (error.code() if error else None) == code


def test_the_handler_knows_who_asks_and_for_how_long() -> None:
    seen: list[call.Call] = []
    user = uuid4()

    answer_to(
        lambda _request: seen.append(call.answered()),
        users_pb2.GetUserRequest(),
        "GetUser",
        metadata=as_user(user),
        timeout=3,
    )

    [answered] = seen
    assert answered.caller == call.Caller(user_id=user, session_id=answered.caller.session)
    assert answered.method.name == "GetUser"
    assert 2 < answered.remaining < 3.1  # A deadline travels rounded up.


def test_a_call_without_a_deadline_gets_the_services_own(settings: Settings) -> None:
    settings.CALL_DEADLINE = 7
    seen: list[float] = []

    answer_to(lambda _request: seen.append(call.answered().remaining))

    assert 0 < seen[0] <= 7


def test_what_is_not_written_yet_is_unimplemented() -> None:
    _, error = answer_to(lambda _request: None, users_pb2.LoginRequest(email="a", password="b"), "Login")

    assert error is not None
    assert error.code() == grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.django_db(transaction=True)
def test_a_transaction_left_open_does_not_reach_the_next_call(settings: Settings) -> None:
    settings.RPC_THREADS = 1
    autocommit: list[bool] = []

    def leave_open(_request: Any) -> None:
        autocommit.append(connection.get_autocommit())
        connection.set_autocommit(False)

    with serving(users(leave_open)) as target, grpc.insecure_channel(target) as channel:
        for _ in range(2):
            users_pb2_grpc.UserServiceStub(channel).GetSigningKeys(KEYS)

    assert autocommit == [True, True]


def test_a_call_leaves_one_line_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    answer_to(lambda _request: None, metadata=((call.CORRELATION_KEY, "c-1"),))

    [line] = [line for line in capsys.readouterr().err.splitlines() if "c-1" in line]
    for part in ("method=/shop.users.v1.UserService/GetSigningKeys", "code=OK", "caller=anyone", "ms="):
        assert part in line


def test_a_defect_is_logged_whole_but_for_what_the_contract_hides(capsys: pytest.CaptureFixture[str]) -> None:
    request = users_pb2.GetUserRequest(user_id=str(uuid4()))

    answer_to(refuse(KeyError("boom")), request, "GetUser", metadata=as_user(uuid4()))

    logged = capsys.readouterr().err
    assert "rpc.failed" in logged
    assert request.user_id in logged
    assert "KeyError: 'boom'" in logged


def test_a_refusal_says_when_to_come_back() -> None:
    _, error = answer_to(refuse(ResourceExhausted("full", retry_after=timedelta(seconds=2))))

    assert error is not None
    retry_info = error_details_pb2.RetryInfo()
    assert any(detail.Unpack(retry_info) for detail in rpc_status.from_call(error).details)
    assert retry_info.retry_delay.seconds == 2
