"""Fixtures of this service's tests."""

from collections.abc import Iterator

import grpc
import pytest
from pytest_django import Settings

from chassis.testing import serving
from config.rpc import handlers
from notifications.sms.backends import locmem
from notifications.sms.backends.base import SmsMessage
from shop.events.v1.events_pb2_grpc import EventServiceStub
from shop.notifications.v1.notifications_pb2_grpc import NotificationServiceStub
from shop.users.v1.users_pb2_grpc import add_UserServiceServicer_to_server
from tests.fakes import MEMORY, FakeUserService, by


@pytest.fixture(autouse=True)
def _trusted_tokens(trusted_tokens: None) -> None:
    """The tests' own tokens stand for user_service's."""


@pytest.fixture(autouse=True)
def smsoutbox(settings: Settings) -> list[SmsMessage]:
    """The text messages that were sent, as `mailoutbox` has the mails. Both by providers that only remember."""
    settings.EMAIL_PROVIDERS = by(MEMORY)
    settings.SMS_PROVIDERS = by("notifications.sms.backends.locmem.SmsBackend")
    locmem.outbox.clear()
    return locmem.outbox


@pytest.fixture
def target(transactional_db: None) -> Iterator[str]:
    """This service, on a port of its own."""
    with serving(handlers) as target:
        yield target


@pytest.fixture
def notifications(target: str) -> Iterator[NotificationServiceStub]:
    """This service, called over a channel."""
    with grpc.insecure_channel(target) as channel:
        yield NotificationServiceStub(channel)


@pytest.fixture
def events(target: str) -> Iterator[EventServiceStub]:
    """This service's Deliver, called over a channel."""
    with grpc.insecure_channel(target) as channel:
        yield EventServiceStub(channel)


@pytest.fixture
def user_service(settings: Settings) -> Iterator[None]:
    """A user_service to call."""
    with serving(lambda server: add_UserServiceServicer_to_server(FakeUserService.as_servicer(), server)) as target:
        settings.NEIGHBOURS = {"user_service": target}
        yield
