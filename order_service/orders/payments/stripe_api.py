"""Stripe's SDK as the gateway uses it: bounded in time, asked once, and silent about what nobody may read."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import stripe
from django.conf import settings

from chassis import call
from orders.errors import ProviderUnsure

# The SDK would log what it posts and what it gets, the tokens of cards among it.
logging.getLogger("stripe").setLevel(logging.WARNING)

PAGE = 100  # The most that Stripe lists at once.


class BoundedSession(requests.Session):
    """Waits for an answer no longer than the call being answered may take.

    A redirect is not followed: it would carry the secret key to somebody else.
    """

    def request(self, *arguments: Any, **options: Any) -> requests.Response:
        """As in requests. Raises requests.Timeout, also if there is no time left to begin."""
        left = min(settings.STRIPE_TIMEOUT, call.time_left())
        if left <= 0:
            raise requests.Timeout("the caller's time is up")
        return super().request(*arguments, **{**options, "timeout": left, "allow_redirects": False})


def client() -> stripe.StripeClient:
    """The account that the settings name. It repeats nothing: the worker does, with the same ids."""
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses={"api": settings.STRIPE_API_URL},
        max_network_retries=0,
        http_client=stripe.RequestsClient(session=BoundedSession()),
    )


@contextmanager
def unsure() -> Iterator[None]:
    """Turn the SDK's errors into ProviderUnsure, without their words: those repeat tokens, and errors are stored."""
    try:
        yield
    except stripe.StripeError as error:
        raise ProviderUnsure(f"{type(error).__name__}, HTTP {error.http_status}, code {error.code}") from error


def was_invalid(error: stripe.InvalidRequestError) -> bool:
    """Whether Stripe read the request and refused it for what it says; else something that it names is not there."""
    return error.http_status == 400


def tag(thing: stripe.PaymentIntent | stripe.Refund, name: str) -> str:
    """What the shop wrote on a thing of Stripe's when it made it; empty if nothing."""
    return str(getattr(thing.metadata, name, "") or "")
