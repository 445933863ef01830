"""Fixtures and furniture of this service's tests."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.call import Caller
from orders.values import Line
from tests.fakes import FakeUsers, a_world

BUYER = UUID("6f1c9f0e-0000-4000-8000-000000000001")


@pytest.fixture(autouse=True)
def _trusted_tokens(trusted_tokens: None) -> None:
    """The tests' own tokens stand for user_service's."""


def an_order(**changes: Any) -> dict[str, Any]:
    """Arguments of `place_order`: a buyer of two products, in a world where all goes well."""
    world, _ = a_world()
    return {
        "caller": Caller(user_id=BUYER),
        "request_id": uuid4(),
        "user_id": None,
        "lines": [Line(uuid4(), 2), Line(uuid4(), 1)],
        "payment_token": "tok_approve",
        "users": FakeUsers(),
        "world": world,
        **changes,
    }
