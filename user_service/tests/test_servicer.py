"""shop.users.v1.UserService, over a real channel. Register's refusals are in test_registration.py."""

from uuid import uuid4

import grpc
import pytest
from grpc_status import rpc_status
from pytest_django import Settings

from chassis.testing import access_token, as_service, refused
from shop.users.v1 import users_pb2
from shop.users.v1.users_pb2_grpc import UserServiceStub
from tests.calls import a_registration, bearer, signed_in, violated_fields
from tests.fakes import PASSWORD, an_account, staff
from users import signing

ORDER_SERVICE = as_service("order_service")
NOTIFICATION_SERVICE = as_service("notification_service")


def test_a_customer_registers_signs_in_and_sees_the_account(users: UserServiceStub) -> None:
    registered = users.Register(a_registration(phone="+491701234567", language="de"))
    session = users.Login(users_pb2.LoginRequest(email="grace@example.com", password=PASSWORD))
    seen = users.GetUser(users_pb2.GetUserRequest(), metadata=bearer(session.access_token))

    assert registered == session.user == seen
    assert seen.email == "grace@example.com"
    assert (seen.role, seen.active, seen.language) == (users_pb2.ROLE_CUSTOMER, True, "de")
    assert session.refresh_expire_time.ToSeconds() > session.expire_time.ToSeconds() > seen.create_time.ToSeconds()


def test_wrong_credentials_are_refused(users: UserServiceStub) -> None:
    with refused("UNAUTHENTICATED", "WRONG_CREDENTIALS"):
        users.Login(users_pb2.LoginRequest(email="nobody@example.com", password=PASSWORD))


def test_another_customers_account_looks_like_a_missing_one(users: UserServiceStub) -> None:
    somebody = an_account()
    caller = signed_in(an_account())
    answers = []

    for user_id in (somebody.id, uuid4()):
        with refused("NOT_FOUND", "USER_NOT_FOUND") as error:
            users.GetUser(users_pb2.GetUserRequest(user_id=str(user_id)), metadata=caller)
        answers.append(rpc_status.from_call(error.value))

    assert answers[0] == answers[1]


def test_staff_see_any_account(users: UserServiceStub) -> None:
    somebody = an_account()

    seen = users.GetUser(users_pb2.GetUserRequest(user_id=str(somebody.id)), metadata=signed_in(staff()))

    assert seen.user_id == str(somebody.id)


def test_a_malformed_user_id_is_refused(users: UserServiceStub) -> None:
    with pytest.raises(grpc.RpcError) as error:
        users.GetUser(users_pb2.GetUserRequest(user_id="me"), metadata=signed_in(an_account()))

    assert violated_fields(error.value) == ["user_id"]


def test_without_a_token_nobody_is_seen(users: UserServiceStub) -> None:
    with refused("UNAUTHENTICATED", "TOKEN_MISSING"):
        users.GetUser(users_pb2.GetUserRequest())


def test_a_token_signed_by_a_stranger_is_refused(users: UserServiceStub) -> None:
    somebody = an_account()

    with refused("UNAUTHENTICATED", "TOKEN_INVALID"):
        users.GetUser(users_pb2.GetUserRequest(), metadata=bearer(access_token(somebody.id)))


def test_an_expired_token_is_refused(users: UserServiceStub, settings: Settings) -> None:
    settings.ACCESS_TOKEN_LIFETIME = -60

    with refused("UNAUTHENTICATED", "TOKEN_EXPIRED"):
        users.GetUser(users_pb2.GetUserRequest(), metadata=signed_in(an_account()))


def test_the_key_set_names_the_key_that_signs(users: UserServiceStub, signing_key: signing.SigningKey) -> None:
    [key] = users.GetSigningKeys(users_pb2.GetSigningKeysRequest()).keys

    assert key.kid == signing_key.kid
    assert (key.kty, key.crv, key.alg, key.use) == ("EC", "P-256", "ES256", "sig")


def test_order_service_learns_who_may_order(users: UserServiceStub) -> None:
    somebody, closed = an_account(), an_account(is_active=False)

    answer = users.ValidateUser(users_pb2.ValidateUserRequest(user_id=str(somebody.id)), metadata=ORDER_SERVICE)
    assert answer.user_id == str(somebody.id)
    with refused("FAILED_PRECONDITION", "USER_DEACTIVATED"):
        users.ValidateUser(users_pb2.ValidateUserRequest(user_id=str(closed.id)), metadata=ORDER_SERVICE)
    with refused("NOT_FOUND", "USER_NOT_FOUND"):
        users.ValidateUser(users_pb2.ValidateUserRequest(user_id=str(uuid4())), metadata=ORDER_SERVICE)


def test_notification_service_learns_how_to_reach_somebody(users: UserServiceStub) -> None:
    somebody = an_account(email="grace@example.com", language="de", phone="+491701234567")

    contact = users.GetContact(users_pb2.GetContactRequest(user_id=str(somebody.id)), metadata=NOTIFICATION_SERVICE)

    assert contact == users_pb2.Contact(email="grace@example.com", phone="+491701234567", language="de")


def test_only_the_services_that_the_contract_names_may_ask(users: UserServiceStub) -> None:
    request = users_pb2.ValidateUserRequest(user_id=str(an_account().id))

    for metadata in (NOTIFICATION_SERVICE, signed_in(staff())):
        with refused("PERMISSION_DENIED", "SERVICE_ONLY"):
            users.ValidateUser(request, metadata=metadata)
