"""Fixtures for every test suite of the shop; pyproject.toml loads it."""

import pytest
from pytest_django import Settings


@pytest.fixture
def trusted_tokens(settings: Settings) -> None:
    """Make services believe the tokens of `chassis.testing.access_token`."""
    settings.SIGNING_KEYS = "chassis.testing.signing_keys"
