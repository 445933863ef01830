"""Many who sign in at once, and everybody else meanwhile."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from pytest_django import Settings

from chassis.status import error_info
from chassis.testing import as_service
from shop.users.v1 import users_pb2
from shop.users.v1.users_pb2_grpc import UserServiceStub
from tests.calls import a_registration
from tests.fakes import PASSWORD, WaitingHasher, an_account
from users import passwords

CROWD = 40
KEYS = users_pb2.GetSigningKeysRequest()


@pytest.fixture
def held(settings: Settings) -> Iterator[None]:
    """No hash is computed until the test lets go, and nobody is slowed down."""
    settings.SIGN_IN_FAILURES = settings.REGISTRATIONS = CROWD
    passwords._places.cache_clear()  # noqa: SLF001  Other tests may have other numbers of threads.
    settings.PASSWORD_HASHERS = ["tests.fakes.WaitingHasher"]
    WaitingHasher.go.clear()
    yield
    WaitingHasher.go.set()


@pytest.mark.parametrize(
    ("method", "request_"),
    [
        ("Login", users_pb2.LoginRequest(email="nobody@example.com", password=PASSWORD)),
        ("Register", a_registration()),
    ],
)
def test_a_crowd_at_the_door_holds_up_nobody_inside(
    users: UserServiceStub, held: None, method: str, request_: Any
) -> None:
    somebody = an_account()

    def come() -> str:
        try:
            getattr(users, method)(request_, timeout=10)
        except grpc.RpcError as error:
            return str(error_info(error).reason)
        return ""

    with ThreadPoolExecutor(CROWD) as pool:
        crowd = [pool.submit(come) for _ in range(CROWD)]
        assert WaitingHasher.waiting.acquire(timeout=10)

        for _ in range(20):
            users.GetSigningKeys(KEYS, timeout=2)
            request = users_pb2.ValidateUserRequest(user_id=str(somebody.id))
            users.ValidateUser(request, metadata=as_service("order_service"), timeout=2)

        WaitingHasher.go.set()
        reasons = [each.result() for each in crowd]
    assert reasons.count("TOO_MANY_SIGN_INS") >= CROWD - 10
    assert set(reasons) <= {"TOO_MANY_SIGN_INS", "SERVER_OVERLOADED", "WRONG_CREDENTIALS", "EMAIL_TAKEN", ""}
