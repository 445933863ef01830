"""Fixtures for every test suite of the shop; pyproject.toml loads it."""

from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings


@pytest.fixture
def trusted_tokens(settings: Settings) -> None:
    """Make services believe the tokens of `chassis.testing.access_token`."""
    settings.SIGNING_KEYS = "chassis.testing.signing_keys"
    settings.SESSION_CHECK = "chassis.testing.every_session_stands"


@pytest.fixture
def staff(db: None, settings: Settings) -> Client:  # noqa: ARG001
    """A browser in which somebody of the staff has signed in to the admin."""
    from chassis.staff.models import Account  # The plugin is loaded before Django's apps are.

    settings.SESSION_CHECK = "chassis.testing.every_session_stands"
    client, account = Client(), Account.objects.create(id=uuid4(), name="Sam")
    account.session_id = uuid4()
    client.force_login(account)
    return client
