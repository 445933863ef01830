"""Fixtures of this service's tests."""

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from pytest_django import Settings

from chassis import keys
from chassis.testing import serving
from config.rpc import handlers
from shop.users.v1.users_pb2_grpc import UserServiceStub
from users import signing


@pytest.fixture
def keys_folder(settings: Settings, tmp_path: Path) -> Path:
    """An empty folder for signing keys."""
    settings.SIGNING_KEYS_DIR = tmp_path / "signing-keys"
    return tmp_path / "signing-keys"


@pytest.fixture
def signing_key(keys_folder: Path) -> Iterator[signing.SigningKey]:
    """The one key there is, which this service signs with and believes."""
    keys.forget()
    yield signing.create_key()
    keys.forget()


@pytest.fixture(autouse=True)
def _somebody_listens(settings: Settings) -> None:
    """An event without a subscriber leaves no row behind."""
    settings.SUBSCRIPTIONS = {"user_registered": ["notification_service"]}


@pytest.fixture
def users(transactional_db: None, signing_key: signing.SigningKey) -> Iterator[UserServiceStub]:
    """This service, called over a channel."""
    with serving(handlers) as target, grpc.insecure_channel(target) as channel:
        yield UserServiceStub(channel)
