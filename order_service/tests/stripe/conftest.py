"""A Stripe account that the gateway speaks to."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from orders.payments.stripe import StripeGateway
from tests.stripe.fake_stripe import FakeStripe, fake_stripe


@pytest.fixture
def account(settings: Settings) -> Iterator[FakeStripe]:
    with fake_stripe() as running:
        settings.STRIPE_API_URL = running.url
        settings.STRIPE_SECRET_KEY = "sk_test_secret"
        settings.STRIPE_TIMEOUT = 10
        yield running


@pytest.fixture
def gateway(account: FakeStripe) -> StripeGateway:
    return StripeGateway()
