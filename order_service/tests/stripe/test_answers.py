"""The Stripe gateway, against a Stripe that says clearly what it did, or why not."""

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from chassis.money import LARGEST_AMOUNT
from orders.errors import CaptureRefused, InsufficientFunds, PaymentDeclined, ProviderUnsure, RefundRefused
from orders.models import Order
from orders.operations import place_order
from orders.payments import stripe_books
from orders.payments.stripe import StripeGateway
from orders.saga import State
from orders.values import Money
from orders.world import World
from tests.examples import an_order
from tests.fakes import FakeCatalog
from tests.stripe import fake_stripe
from tests.stripe.fake_stripe import FakeStripe, Fault
from tests.stripe.payments import PRICE, a_payment, charged


def test_an_error_repeats_neither_key_nor_card(account: FakeStripe, gateway: StripeGateway) -> None:
    account.faults = [Fault("/confirm$", 401, b'{"error": {"message": "no sk_test_secret, and pm_card_visa"}}')]

    with pytest.raises(ProviderUnsure) as unsure:
        gateway.authorize(a_payment(), fake_stripe.GOOD)

    assert repr(unsure.value) == "ProviderUnsure('AuthenticationError, HTTP 401, code None')"


def test_nothing_is_logged_of_a_card(
    account: FakeStripe, gateway: StripeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(PaymentDeclined):
        gateway.authorize(a_payment(), fake_stripe.UNKNOWN)

    assert caplog.records
    assert not [each for each in caplog.messages if fake_stripe.UNKNOWN in each or "sk_test" in each]


@pytest.mark.parametrize(
    ("card", "refusal", "reason"),
    [
        # That the card is reported stolen, Stripe tells the shop, and the shop does not tell its holder.
        (fake_stripe.DECLINED, PaymentDeclined, "card_declined"),
        (fake_stripe.POOR, InsufficientFunds, "insufficient_funds"),
        (fake_stripe.UNPROVEN, PaymentDeclined, "authentication_required"),
        (fake_stripe.UNKNOWN, PaymentDeclined, "resource_missing"),
    ],
)
def test_a_no_leaves_an_intent_that_nobody_can_confirm_any_more(
    account: FakeStripe, gateway: StripeGateway, card: str, refusal: type[PaymentDeclined], reason: str
) -> None:
    payment = a_payment()

    with pytest.raises(refusal) as declined:
        gateway.authorize(payment, card)

    assert declined.value.metadata == {"provider_reason": reason}
    assert account.only_intent()["status"] == "canceled"


@pytest.mark.parametrize("card", [fake_stripe.DECLINED, fake_stripe.UNPROVEN])
def test_a_no_that_could_not_be_made_final_is_unknown(account: FakeStripe, gateway: StripeGateway, card: str) -> None:
    payment = a_payment()
    account.faults = [Fault("/cancel$", 500)]
    with pytest.raises(ProviderUnsure):
        gateway.authorize(payment, card)

    with pytest.raises(PaymentDeclined):
        gateway.authorize(payment, card)
    assert account.only_intent()["status"] == "canceled"


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        (Money("EUR", 49), "amount_too_small"),
        (Money("EUR", 100_000_000), "amount_too_large"),
        (Money("EUR", LARGEST_AMOUNT), "amount_too_large"),
        # Stripe counts these in hundredths.
        (Money("ISK", LARGEST_AMOUNT), "amount_too_large"),
    ],
)
def test_an_amount_that_stripe_does_not_take_is_a_no(
    account: FakeStripe, gateway: StripeGateway, amount: Money, reason: str
) -> None:
    payment = a_payment(amount=amount)

    with pytest.raises(PaymentDeclined) as declined:
        gateway.authorize(payment, fake_stripe.GOOD)
    gateway.void(payment)

    assert declined.value.metadata == {"provider_reason": reason}
    assert account.intents == {}


def test_what_is_processing_is_asked_for_again_until_it_is_through(account: FakeStripe, gateway: StripeGateway) -> None:
    payment = a_payment()
    for _ in range(2):
        with pytest.raises(ProviderUnsure):
            gateway.authorize(payment, fake_stripe.SLOW)

    account.settle()

    assert gateway.authorize(payment, fake_stripe.SLOW).reference == account.only_intent()["id"]


def test_an_authorisation_that_lapsed_is_not_captured(account: FakeStripe, gateway: StripeGateway) -> None:
    payment = a_payment()
    gateway.authorize(payment, fake_stripe.GOOD)
    account.only_intent()["status"] = "canceled"

    with pytest.raises(CaptureRefused):
        gateway.capture(payment)


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_a_refund_that_failed_is_refused(account: FakeStripe, gateway: StripeGateway, status: str) -> None:
    payment = charged(gateway)
    account.refund_status = status

    with pytest.raises(RefundRefused):
        gateway.refund(payment, uuid4(), PRICE)


def test_a_refund_is_asked_about_until_it_is_through(account: FakeStripe, gateway: StripeGateway) -> None:
    payment, refund_id = charged(gateway), uuid4()
    account.refund_status = "pending"
    with pytest.raises(ProviderUnsure):
        gateway.refund(payment, refund_id, PRICE)

    for refund in account.refunds.values():
        refund["status"] = "succeeded"

    gateway.refund(payment, refund_id, PRICE)
    assert len(account.refunds) == 1


def test_a_currency_that_stripe_counts_differently_is_converted(account: FakeStripe, gateway: StripeGateway) -> None:
    gateway.authorize(a_payment(amount=Money("ISK", 500)), fake_stripe.GOOD)

    intent = account.only_intent()
    assert (intent["amount"], intent["currency"]) == (50_000, "isk")


def test_the_books_tell_of_the_shops_payments_and_their_refunds(
    account: FakeStripe, gateway: StripeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_books, "PAGE", 2)
    paid, refund_id = charged(gateway), uuid4()
    gateway.refund(paid, refund_id, Money("EUR", 250))
    gateway.authorize(a_payment(amount=Money("ISK", 500)), fake_stripe.GOOD)
    gateway.void(a_payment())
    account.create({"amount": "99", "currency": "eur", "capture_method": "manual"})  # Somebody else's.

    booked = list(gateway.payments_since(timezone.now() - timedelta(hours=1)))

    assert [(each.currency, each.set_aside_minor, each.captured_minor, each.kept_minor) for each in booked] == [
        ("EUR", 0, 0, 0),
        ("ISK", 500, 0, 0),
        ("EUR", 0, 1250, 1000),
    ]
    assert (booked[2].payment_id, booked[2].refunds) == (paid.id, {str(refund_id): 250})
    assert list(gateway.payments_since(timezone.now() + timedelta(hours=1))) == []


@pytest.mark.django_db(transaction=True)
def test_an_order_whose_card_is_declined_is_refused_and_forgets_the_card(
    account: FakeStripe, gateway: StripeGateway
) -> None:
    with pytest.raises(PaymentDeclined):
        place_order(**an_order(world=World(catalog=FakeCatalog(), payments=gateway), payment_token=fake_stripe.UNKNOWN))

    order = Order.objects.get()
    told = [entry.detail for entry in order.timeline.all()]
    assert (order.state, order.payment_token) == (State.CANCELLED, "")
    assert not [each for each in told if fake_stripe.UNKNOWN in each]
