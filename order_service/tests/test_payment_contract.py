"""What every payment provider must do, asked of each of them."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
import stripe
from django.utils import timezone
from pytest_django import Settings

from chassis.errors import Refusal
from orders.errors import CaptureRefused, PaymentDeclined, RefundRefused
from orders.payments import Gateway, SandboxGateway
from orders.payments.stripe import StripeGateway
from orders.payments.stripe_api import client
from orders.values import Money, Payment
from sandbox.models import LedgerEntry
from tests import localstripe
from tests.stripe import fake_stripe

pytestmark = pytest.mark.django_db(databases=["default", "provider"])

PRICE = Money("EUR", 1250)


class Provider(ABC):
    """A provider to test: its gateway, its cards, and how much money it has moved in all."""

    good: str
    declined: str
    gateway: Gateway

    @abstractmethod
    def money(self) -> tuple[int, int, int]:
        """What is set aside, what was captured, and what was paid back."""


class Sandbox(Provider):
    good, declined = "tok_approve", "tok_decline"

    def __init__(self) -> None:
        self.gateway = SandboxGateway()

    def money(self) -> tuple[int, int, int]:
        def total(kind: str) -> int:
            return sum(LedgerEntry.objects.filter(kind=kind).values_list("amount_minor", flat=True))

        ended = LedgerEntry.objects.filter(kind__in=["captured", "voided"]).exists()
        return 0 if ended else total("authorized"), total("captured"), total("refunded")


class Stripe(Provider):
    good = "pm_card_visa"

    def __init__(self, declined: str) -> None:
        self.declined = declined
        self.gateway = StripeGateway()
        self.before = self._so_far()

    def money(self) -> tuple[int, int, int]:
        set_aside, captured, refunded = (now - then for now, then in zip(self._so_far(), self.before, strict=True))
        return set_aside, captured, refunded

    def _so_far(self) -> tuple[int, int, int]:
        api = client().v1
        intents = list(api.payment_intents.list({"limit": 100}).auto_paging_iter())
        refunds = api.refunds.list({"limit": 100}).auto_paging_iter()
        return (
            sum(each.amount for each in intents if each.status == "requires_capture"),
            sum(each.amount for each in intents if each.status == "succeeded"),
            sum(each.amount for each in refunds),
        )


@pytest.fixture(scope="session")
def local_url() -> Iterator[str]:
    if not localstripe.is_installed():
        pytest.skip("localstripe is not installed; it does not run on Windows")
    with localstripe.localstripe() as url, localstripe.front(url) as address:
        yield address


@pytest.fixture(params=["sandbox", "fake_stripe", "localstripe"])
def provider(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Provider]:
    settings.STRIPE_SECRET_KEY, settings.STRIPE_TIMEOUT = "sk_test_123", 30
    match request.param:
        case "sandbox":
            yield Sandbox()
        case "fake_stripe":
            with fake_stripe.fake_stripe() as account:
                settings.STRIPE_API_URL = account.url
                yield Stripe(fake_stripe.DECLINED)
        case "localstripe":
            settings.STRIPE_API_URL = request.getfixturevalue("local_url")
            yield Stripe("pm_card_chargeCustomerFail")


@pytest.fixture
def payment() -> Payment:
    return Payment(uuid4(), PRICE, timezone.now())


def test_a_good_card_is_charged_once_however_often_asked(provider: Provider, payment: Payment) -> None:
    references = {provider.gateway.authorize(payment, provider.good).reference for _ in range(2)}
    assert provider.money() == (1250, 0, 0)
    assert len(references) == 1

    for _ in range(2):
        provider.gateway.capture(payment)
    assert provider.money() == (0, 1250, 0)

    assert provider.gateway.authorize(payment, provider.good).reference in references


def test_nothing_is_charged_for_nothing_whatever_the_card(provider: Provider, payment: Payment) -> None:
    """Stripe refuses an amount of 0; and a customer who pays nothing needs no card."""
    free = replace(payment, amount=Money("EUR", 0))

    for card in (provider.good, provider.declined, "pm_nonsense"):
        assert provider.gateway.authorize(free, card).reference == ""
        provider.gateway.capture(free)
        provider.gateway.void(free)

    assert provider.money() == (0, 0, 0)


def test_a_payment_is_known_by_its_reference_too(provider: Provider, payment: Payment) -> None:
    authorization = provider.gateway.authorize(payment, provider.good)
    named = Payment(payment.id, PRICE, payment.asked_at, authorization.reference)

    provider.gateway.capture(named)
    provider.gateway.refund(named, uuid4(), PRICE)

    assert provider.money() == (0, 1250, 1250)


def test_a_bad_card_is_declined_each_time(provider: Provider, payment: Payment) -> None:
    for card in (provider.declined, provider.declined, provider.good):
        with pytest.raises(PaymentDeclined):
            provider.gateway.authorize(payment, card)

    assert provider.money() == (0, 0, 0)


def test_a_card_that_nobody_knows_is_declined(provider: Provider, payment: Payment) -> None:
    with pytest.raises(PaymentDeclined):
        provider.gateway.authorize(payment, "pm_nonsense")


def test_a_void_lets_the_money_go_for_good(provider: Provider, payment: Payment) -> None:
    provider.gateway.authorize(payment, provider.good)
    for _ in range(2):
        provider.gateway.void(payment)

    assert provider.money() == (0, 0, 0)
    with pytest.raises(CaptureRefused):
        provider.gateway.capture(payment)


def test_an_authorisation_that_arrives_after_its_void_is_declined(provider: Provider, payment: Payment) -> None:
    provider.gateway.void(payment)

    with pytest.raises(PaymentDeclined):
        provider.gateway.authorize(payment, provider.good)
    assert provider.money() == (0, 0, 0)


def test_captured_money_is_not_voided(provider: Provider, payment: Payment) -> None:
    provider.gateway.authorize(payment, provider.good)
    provider.gateway.capture(payment)

    with pytest.raises(Exception) as error:  # noqa: PT011  No refusal: a saga must not take it for one.
        provider.gateway.void(payment)
    assert not isinstance(error.value, Refusal | stripe.StripeError)
    assert provider.money() == (0, 1250, 0)


def test_captured_money_is_refunded_in_parts_each_once(provider: Provider, payment: Payment) -> None:
    provider.gateway.authorize(payment, provider.good)
    provider.gateway.capture(payment)
    first, second = uuid4(), uuid4()

    for refund_id in (first, first, second):
        provider.gateway.refund(payment, refund_id, Money("EUR", 500))

    assert provider.money() == (0, 1250, 1000)


# localstripe pays back whatever it is asked for.
@pytest.mark.parametrize("provider", ["sandbox", "fake_stripe"], indirect=True)
def test_no_more_is_refunded_than_was_captured(provider: Provider, payment: Payment) -> None:
    provider.gateway.authorize(payment, provider.good)
    provider.gateway.capture(payment)
    provider.gateway.refund(payment, uuid4(), Money("EUR", 1000))

    with pytest.raises(RefundRefused):
        provider.gateway.refund(payment, uuid4(), Money("EUR", 251))
    assert provider.money() == (0, 1250, 1000)
