from datetime import timedelta

import grpc
import pytest
from pytest_django import Settings

from chassis.clients import NeighbourUnavailable, channel_to, remote_errors
from chassis.errors import FailedPrecondition, NotFound, Unavailable
from chassis.tests.neighbour import USER, VALIDATE, Users, always, free_port, stub_for
from shop.users.v1.users_pb2 import ValidateUserRequest
from shop.users.v1.users_pb2_grpc import UserServiceStub


class UserNotFound(NotFound):
    """There is no such user."""


class UserDeactivated(FailedPrecondition):
    """The user's account is closed."""


class SomebodyElsesNotFound(NotFound):
    """The same reason, in the words of somebody who is not of the shop."""

    @classmethod
    def reason(cls) -> str:
        return UserNotFound.reason()

    @classmethod
    def domain(cls) -> str:
        return "elsewhere.example"


@pytest.fixture(autouse=True)
def _as_order_service(settings: Settings) -> None:
    settings.SERVICE_NAME = "order_service"


def test_a_refusal_comes_back_as_the_callers_own() -> None:
    users = always(UserNotFound("Nobody has this id.", metadata={"user_id": USER}))

    with stub_for(users) as stub, pytest.raises(UserNotFound) as refused, remote_errors(UserDeactivated, UserNotFound):
        stub.ValidateUser(VALIDATE)

    assert str(refused.value) == "Nobody has this id."
    assert refused.value.metadata == {"user_id": USER}
    assert isinstance(refused.value.__cause__, grpc.RpcError)


@pytest.mark.parametrize(
    "error",
    [UserDeactivated(), SomebodyElsesNotFound(), Unavailable(), RuntimeError("a defect")],
    ids=["a refusal nobody named", "a stranger's refusal", "unavailable", "a defect"],
)
def test_anything_else_leaves_the_outcome_unknown(error: Exception) -> None:
    with stub_for(always(error)) as stub, pytest.raises(NeighbourUnavailable) as refused, remote_errors(UserNotFound):
        stub.ValidateUser(VALIDATE)

    assert refused.value.retry_after == timedelta(seconds=2)
    assert isinstance(refused.value.__cause__, grpc.RpcError)


def test_a_request_refused_as_malformed_is_a_defect_of_ours() -> None:
    with stub_for(Users()) as stub, pytest.raises(NeighbourUnavailable) as refused, remote_errors(UserNotFound):
        stub.ValidateUser(ValidateUserRequest(user_id="malformed"))

    assert isinstance(refused.value.__cause__, grpc.RpcError)
    assert refused.value.__cause__.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_dead_neighbour_leaves_the_outcome_unknown() -> None:
    with (
        channel_to(f"127.0.0.1:{free_port()}") as way,
        pytest.raises(NeighbourUnavailable),
        remote_errors(UserNotFound),
    ):
        UserServiceStub(way).ValidateUser(VALIDATE, timeout=0.2)


def test_an_error_of_our_own_passes_unchanged() -> None:
    with pytest.raises(ZeroDivisionError), remote_errors(UserNotFound):
        raise ZeroDivisionError
