from collections.abc import Iterator
from functools import partial

import pytest
from pytest_django import Settings

from chassis import keys, testing
from chassis.keys import KeysUnavailable
from chassis.servicer import Service
from chassis.testing import serving
from shop.users.v1 import users_pb2, users_pb2_grpc

PUBLISHED = testing.signing_keys()[0]


class UserServicer(Service, users_pb2_grpc.UserServiceServicer):
    def GetSigningKeys(self, _request: object, _context: object) -> users_pb2.SigningKeys:
        return users_pb2.SigningKeys(keys=[users_pb2.SigningKey(**PUBLISHED)])


@pytest.fixture
def _forgotten() -> Iterator[None]:
    keys.forget()
    yield
    keys.forget()


@pytest.mark.usefixtures("_forgotten")
def test_user_service_is_asked_by_default(settings: Settings) -> None:
    servicer = UserServicer.as_servicer()
    with serving(partial(users_pb2_grpc.add_UserServiceServicer_to_server, servicer)) as target:
        settings.NEIGHBOURS = {"user_service": target}
        found = keys.key_for(testing.KEY_NAME)

    assert found is not None
    assert found.key_id == testing.KEY_NAME
    assert keys.key_for(testing.KEY_NAME) is found, "the key outlives the server"


@pytest.mark.usefixtures("_forgotten")
def test_a_dead_user_service_makes_keys_unavailable(settings: Settings) -> None:
    settings.NEIGHBOURS = {"user_service": "127.0.0.1:1"}

    with pytest.raises(KeysUnavailable):
        keys.key_for(testing.KEY_NAME)
