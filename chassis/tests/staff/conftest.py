from collections.abc import Iterator

import pytest
from pytest_django import Settings

from chassis import sessions
from chassis.testing import serving
from chassis.tests.edge import urls
from chassis.tests.staff.accounts import Accounts, Answers
from shop.users.v1.users_pb2_grpc import add_UserServiceServicer_to_server


@pytest.fixture(autouse=True)
def _library_edge(settings: Settings) -> None:
    """The admin belongs to an edge, and the library's is at hand."""
    settings.ROOT_URLCONF = urls.__name__


@pytest.fixture
def accounts(trusted_tokens: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    """A user_service to sign in with, which is asked for every page whether the session stands."""
    settings.SESSION_CHECK = "chassis.sessions.of_staff"
    settings.SERVICE_NAME = "order_service"
    monkeypatch.setattr(sessions, "LIFE", 0.0)
    answers = Answers()
    servicer = Accounts.as_servicer(answers=answers)
    with serving(lambda server: add_UserServiceServicer_to_server(servicer, server)) as target:
        settings.NEIGHBOURS = {"user_service": target}
        yield answers
