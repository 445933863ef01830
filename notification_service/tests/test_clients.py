"""The call of user_service, over a real channel."""

from uuid import uuid4

import pytest
from pytest_django import Settings

from chassis.clients import NeighbourUnavailable
from chassis.testing import serving
from notifications.clients import UserClient
from notifications.errors import UserNotFound
from tests.fakes import ADA, NOBODY


@pytest.mark.usefixtures("user_service")
def test_a_contact_is_where_and_in_which_language_and_no_name() -> None:
    assert UserClient().contact(uuid4()) == ADA


@pytest.mark.usefixtures("user_service")
def test_an_unknown_user_is_refused_in_this_services_words() -> None:
    with pytest.raises(UserNotFound):
        UserClient().contact(NOBODY)


@pytest.mark.usefixtures("user_service")
def test_only_notification_service_is_told_how_to_reach_somebody(settings: Settings) -> None:
    settings.SERVICE_NAME = "order_service"

    with pytest.raises(NeighbourUnavailable):
        UserClient().contact(uuid4())


def test_a_user_service_that_is_away_is_unavailable(settings: Settings) -> None:
    with serving(lambda _: None) as gone:
        settings.NEIGHBOURS = {"user_service": gone}
    settings.CALL_TIMEOUT = 0.2

    with pytest.raises(NeighbourUnavailable):
        UserClient().contact(uuid4())
