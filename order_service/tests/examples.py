"""An order to try things with, and time that passes for it."""

from typing import Any
from uuid import UUID, uuid4

from django.db.models.functions import Now

from chassis.call import Caller
from orders.models import Order, Refund
from orders.values import Line
from tests.fakes import FakeUsers, a_world

BUYER = UUID("6f1c9f0e-0000-4000-8000-000000000001")


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


def make_due() -> None:
    """Let the pause or the lease of every unfinished order and refund be over."""
    for model in (Order, Refund):
        model.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=Now())
