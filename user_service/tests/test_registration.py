"""Register, over a real channel."""

from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

from chassis.outbox.models import OutboxMessage
from chassis.status import error_info
from chassis.testing import refused
from shop.users.v1.users_pb2_grpc import UserServiceStub
from tests.calls import a_registration, violated_fields
from users.models import User


def test_the_same_request_id_opens_one_account(users: UserServiceStub) -> None:
    request = a_registration()
    first = users.Register(request)
    request.request_id = request.request_id.upper()

    assert users.Register(request) == first
    assert User.objects.count() == OutboxMessage.objects.count() == 1


def test_the_same_request_id_sent_twice_at_once_opens_one_account(users: UserServiceStub) -> None:
    request = a_registration()
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(users.Register, [request] * 3))

    assert answers == [answers[0]] * 3
    assert User.objects.count() == OutboxMessage.objects.count() == 1


def test_a_request_id_with_other_values_is_refused(users: UserServiceStub) -> None:
    request = a_registration()
    users.Register(request)
    request.password = "quite another password"

    with refused("ALREADY_EXISTS", "REQUEST_ID_REUSED"):
        users.Register(request)


def test_of_two_who_register_an_address_at_once_one_gets_it(users: UserServiceStub) -> None:
    with ThreadPoolExecutor(3) as pool:
        calls = [pool.submit(users.Register, a_registration()) for _ in range(3)]
    errors = [call.exception() for call in calls if call.exception()]

    assert [error_info(error).reason for error in errors if isinstance(error, grpc.RpcError)] == ["EMAIL_TAKEN"] * 2
    assert User.objects.count() == OutboxMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"request_id": "first"}, "request_id"),
        ({"request_id": ""}, "request_id"),
        ({"email": "grace"}, "email"),
        ({"email": "grace@example.com\0"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "password123"}, "password"),
        ({"display_name": ""}, "display_name"),
        ({"display_name": "Gr\0ce"}, "display_name"),
        ({"display_name": "x" * 101}, "display_name"),
        ({"display_name": "x" * 200_000}, "display_name"),
        ({"phone": "0170 1234567"}, "phone"),
        ({"language": "German"}, "language"),
    ],
)
def test_a_bad_registration_is_refused_by_field_and_stores_nothing(
    users: UserServiceStub, values: dict[str, str], field: str
) -> None:
    with pytest.raises(grpc.RpcError) as error:
        users.Register(a_registration(**values))

    assert error.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert field in violated_fields(error.value)
    assert not User.objects.exists()


def test_a_common_password_has_a_reason_of_its_own(users: UserServiceStub) -> None:
    with refused("INVALID_ARGUMENT", "PASSWORD_TOO_COMMON"):
        users.Register(a_registration(password="password123"))


def test_a_megabyte_is_refused_before_it_is_read(users: UserServiceStub) -> None:
    with pytest.raises(grpc.RpcError) as error:
        users.Register(a_registration(display_name="x" * 1_000_000))

    assert error.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert not User.objects.exists()
