"""Fixtures of this service's tests."""

import pytest


@pytest.fixture(autouse=True)
def _trusted_tokens(trusted_tokens: None) -> None:
    """The tests' own tokens stand for user_service's."""
