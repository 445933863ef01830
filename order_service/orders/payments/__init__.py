"""The payment providers: each answers the Payments of `world.py` and the Books of `books.py`."""

from functools import cache
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from orders.books import Books
from orders.payments.sandbox import SandboxGateway
from orders.world import Payments

__all__ = ["Gateway", "SandboxGateway", "gateway"]

# By path, since Stripe's SDK weighs 30 MB in every process that imports it.
GATEWAYS = {
    "sandbox": "orders.payments.sandbox.SandboxGateway",
    "stripe": "orders.payments.stripe.StripeGateway",
}


class Gateway(Payments, Books, Protocol):
    """A provider, both ways: it is told to move money, and says what was moved."""


def gateway() -> Gateway:
    """The one that the setting PAYMENTS chooses; made once a process, since it keeps its connections."""
    return _made(settings.PAYMENTS)


@cache
def _made(name: str) -> Gateway:
    return cast("Gateway", import_string(GATEWAYS[name])())
