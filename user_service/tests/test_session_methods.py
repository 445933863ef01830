"""Sessions over a real channel: what a client keeps, presents and loses."""

from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from pytest_django import Settings

from chassis.status import error_info
from chassis.testing import Metadata, as_service, refused
from shop.users.v1 import users_pb2
from shop.users.v1.users_pb2_grpc import UserServiceStub
from tests.calls import bearer, signed_in, violated_fields
from tests.fakes import PASSWORD, a_session, an_account, staff
from users import passwords
from users.models import Role, User

NEW_PASSWORD = "quite another password"


@pytest.fixture
def email(transactional_db: None) -> str:
    """The address of an account."""
    return an_account(password=passwords.new_hash(PASSWORD)).email


def login(users: UserServiceStub, email: str, password: str = PASSWORD) -> users_pb2.Session:
    return users.Login(users_pb2.LoginRequest(email=email, password=password))


def refresh(users: UserServiceStub, session: users_pb2.Session) -> users_pb2.Session:
    return users.RefreshSession(users_pb2.RefreshSessionRequest(refresh_token=session.refresh_token))


def test_a_session_is_refreshed_until_a_spent_token_ends_it(users: UserServiceStub, email: str) -> None:
    first = login(users, email)
    second = refresh(users, first)

    assert second.user == first.user
    assert users.GetUser(users_pb2.GetUserRequest(), metadata=bearer(second.access_token)) == first.user
    for session in (first, second):
        with refused("UNAUTHENTICATED", "SESSION_EXPIRED"):
            refresh(users, session)


def test_sent_twice_at_once_a_token_is_exchanged_once(users: UserServiceStub, email: str) -> None:
    session = login(users, email)
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(refresh, users, session) for _ in range(4)]
    errors = [call.exception() for call in calls if call.exception()]

    assert [error_info(error).reason for error in errors if isinstance(error, grpc.RpcError)] == ["SESSION_EXPIRED"] * 3


def test_a_revoked_session_is_not_refreshed(users: UserServiceStub, email: str) -> None:
    session, other = login(users, email), login(users, email)

    for token in (session.refresh_token, session.refresh_token, "unknown"):
        users.RevokeSession(users_pb2.RevokeSessionRequest(refresh_token=token))

    with refused("UNAUTHENTICATED", "SESSION_EXPIRED"):
        refresh(users, session)
    refresh(users, other)


def test_neither_token_does_for_the_other(users: UserServiceStub, email: str) -> None:
    session = login(users, email)

    with refused("UNAUTHENTICATED", "SESSION_EXPIRED"):
        users.RefreshSession(users_pb2.RefreshSessionRequest(refresh_token=session.access_token[:512]))
    with refused("UNAUTHENTICATED", "TOKEN_INVALID"):
        users.GetUser(users_pb2.GetUserRequest(), metadata=bearer(session.refresh_token))


@pytest.mark.parametrize("token", ["", "x" * 513, "with a \0"])
def test_a_token_that_cannot_be_one_is_refused_by_field(users: UserServiceStub, token: str) -> None:
    with pytest.raises(grpc.RpcError) as refresh_error:
        users.RefreshSession(users_pb2.RefreshSessionRequest(refresh_token=token))
    with pytest.raises(grpc.RpcError) as revoke_error:
        users.RevokeSession(users_pb2.RevokeSessionRequest(refresh_token=token))

    assert violated_fields(refresh_error.value) == violated_fields(revoke_error.value) == ["refresh_token"]


def test_a_new_password_leaves_its_owner_signed_in_here_alone(users: UserServiceStub, email: str) -> None:
    elsewhere, here = login(users, email), refresh(users, login(users, email))

    users.ChangePassword(
        users_pb2.ChangePasswordRequest(
            user_id=here.user.user_id, current_password=PASSWORD, new_password=NEW_PASSWORD
        ),
        metadata=bearer(here.access_token),
    )

    refresh(users, here)
    with refused("UNAUTHENTICATED", "SESSION_EXPIRED"):
        refresh(users, elsewhere)
    with refused("UNAUTHENTICATED", "WRONG_CREDENTIALS"):
        login(users, email)
    login(users, email, NEW_PASSWORD)


@pytest.mark.parametrize("password", ["short", "x" * 129, "password123"])
def test_a_bad_new_password_is_refused_by_field(users: UserServiceStub, email: str, password: str) -> None:
    session = login(users, email)
    request = users_pb2.ChangePasswordRequest(
        user_id=session.user.user_id, current_password=PASSWORD, new_password=password
    )

    with pytest.raises(grpc.RpcError) as error:
        users.ChangePassword(request, metadata=bearer(session.access_token))

    assert violated_fields(error.value) == ["new_password"]
    login(users, email)


def assert_opens_nothing(users: UserServiceStub, user_id: str, caller: Metadata) -> None:
    """Of the methods for users and staff, not one."""
    password = {"current_password": PASSWORD, "new_password": "another fine password"}
    for ask in (
        lambda: users.GetUser(users_pb2.GetUserRequest(), metadata=caller),
        lambda: users.UpdateUser(users_pb2.UpdateUserRequest(user_id=user_id, language="de"), metadata=caller),
        lambda: users.ChangePassword(users_pb2.ChangePasswordRequest(user_id=user_id, **password), metadata=caller),
        lambda: users.DeactivateUser(users_pb2.DeactivateUserRequest(user_id=user_id), metadata=caller),
        lambda: users.ListUsers(users_pb2.ListUsersRequest(), metadata=caller),
    ):
        with refused("UNAUTHENTICATED", "SESSION_EXPIRED"):
            ask()


def test_whoever_signs_out_takes_the_access_token_along(users: UserServiceStub, email: str) -> None:
    session = login(users, email)

    users.RevokeSession(users_pb2.RevokeSessionRequest(refresh_token=session.refresh_token))

    assert_opens_nothing(users, session.user.user_id, bearer(session.access_token))


def test_a_new_password_ends_the_access_tokens_of_other_sessions(users: UserServiceStub, email: str) -> None:
    present, stolen = login(users, email), login(users, email)
    user_id, caller = present.user.user_id, bearer(present.access_token)

    request = users_pb2.ChangePasswordRequest(user_id=user_id, current_password=PASSWORD, new_password=PASSWORD)
    users.ChangePassword(request, metadata=caller)

    assert_opens_nothing(users, user_id, bearer(stolen.access_token))
    assert users.GetUser(users_pb2.GetUserRequest(), metadata=caller).active


def test_staff_whose_account_is_closed_do_nothing_more(users: UserServiceStub) -> None:
    former, boss = staff(), staff()
    caller = signed_in(former)
    users.ListUsers(users_pb2.ListUsersRequest(), metadata=caller)

    users.DeactivateUser(users_pb2.DeactivateUserRequest(user_id=str(former.id)), metadata=signed_in(boss))

    assert_opens_nothing(users, str(boss.id), caller)
    assert User.objects.get(id=boss.id).is_active


def test_who_is_staff_no_more_is_a_customer_whatever_the_token_says(users: UserServiceStub) -> None:
    former, somebody = staff(), an_account()
    caller = signed_in(former)
    User.objects.filter(id=former.id).update(role=Role.CUSTOMER)

    with refused("PERMISSION_DENIED", "STAFF_ONLY"):
        users.ListUsers(users_pb2.ListUsersRequest(), metadata=caller)
    with refused("NOT_FOUND", "USER_NOT_FOUND"):
        users.GetUser(users_pb2.GetUserRequest(user_id=str(somebody.id)), metadata=caller)
    assert users.GetUser(users_pb2.GetUserRequest(), metadata=caller).user_id == str(former.id)


def test_services_are_told_whether_a_session_stands(users: UserServiceStub) -> None:
    session = a_session(staff())
    request = users_pb2.CheckSessionRequest(user_id=str(session.user_id), session_id=str(session.id))
    service = as_service("product_service")

    assert users.CheckSession(request, metadata=service).role == users_pb2.ROLE_STAFF
    session.delete()
    with refused("UNAUTHENTICATED", "SESSION_EXPIRED"):
        users.CheckSession(request, metadata=service)


def test_a_closed_account_is_out_at_once(users: UserServiceStub, email: str) -> None:
    session = login(users, email)
    user_id, caller = session.user.user_id, bearer(session.access_token)

    assert not users.DeactivateUser(users_pb2.DeactivateUserRequest(user_id=user_id), metadata=caller).active

    assert_opens_nothing(users, user_id, caller)
    with refused("UNAUTHENTICATED", "SESSION_EXPIRED"):
        refresh(users, session)
    with refused("UNAUTHENTICATED", "WRONG_CREDENTIALS"):
        login(users, email)
    with refused("FAILED_PRECONDITION", "USER_DEACTIVATED"):
        users.ValidateUser(users_pb2.ValidateUserRequest(user_id=user_id), metadata=as_service("order_service"))


def test_a_session_that_nobody_refreshed_in_time_is_over(
    users: UserServiceStub, email: str, settings: Settings
) -> None:
    settings.REFRESH_TOKEN_LIFETIME = 0

    with refused("UNAUTHENTICATED", "SESSION_EXPIRED"):
        refresh(users, login(users, email))
