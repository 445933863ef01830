"""The Stripe gateway, against a Stripe that loses replies, fails, dawdles and forgets."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Event
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from chassis.call import Call, Caller, answering
from chassis.contract import method
from orders.errors import CaptureRefused, InsufficientFunds, PaymentDeclined, ProviderUnsure, RefundRefused
from orders.models import Order
from orders.operations import place_order
from orders.payments import stripe_books
from orders.payments.stripe import StripeGateway
from orders.recovery import recover
from orders.saga import State
from orders.values import Money, Payment
from orders.world import World
from tests import fake_stripe
from tests.conftest import an_order
from tests.fake_stripe import FakeStripe, Fault
from tests.fakes import FakeCatalog
from tests.test_recovery import make_due

PRICE = Money("EUR", 1250)
INTENTS = r"/payment_intents$"


@pytest.fixture
def account(settings: Settings) -> Iterator[FakeStripe]:
    with fake_stripe.fake_stripe() as running:
        settings.STRIPE_API_URL = running.url
        settings.STRIPE_SECRET_KEY = "sk_test_secret"
        settings.STRIPE_TIMEOUT = 10
        yield running


@pytest.fixture
def gateway(account: FakeStripe) -> StripeGateway:
    return StripeGateway()


def a_payment(*, age: timedelta = timedelta(), amount: Money = PRICE) -> Payment:
    return Payment(uuid4(), amount, timezone.now() - age)


def charged(gateway: StripeGateway) -> Payment:
    """As an order keeps it: with its reference."""
    payment = a_payment()
    payment = replace(payment, reference=gateway.authorize(payment, fake_stripe.GOOD).reference)
    gateway.capture(payment)
    return payment


@pytest.mark.parametrize("acts", [True, False])
@pytest.mark.parametrize("path", [INTENTS, "/confirm$"])
def test_a_lost_reply_to_an_authorisation_sets_the_money_aside_once(
    account: FakeStripe, gateway: StripeGateway, path: str, acts: bool
) -> None:
    payment = a_payment()
    account.faults = [Fault(path, acts=acts)]
    with pytest.raises(ProviderUnsure):
        gateway.authorize(payment, fake_stripe.GOOD)

    authorization = gateway.authorize(payment, fake_stripe.GOOD)

    intent = account.only_intent()
    assert (intent["id"], intent["status"]) == (authorization.reference, "requires_capture")


@pytest.mark.parametrize("acts", [True, False])
@pytest.mark.parametrize(("path", "status"), [("/capture$", "succeeded"), ("/cancel$", "canceled")])
def test_a_lost_reply_to_a_move_is_asked_for_again(
    account: FakeStripe, gateway: StripeGateway, path: str, status: str, acts: bool
) -> None:
    payment = a_payment()
    gateway.authorize(payment, fake_stripe.GOOD)
    move: Callable[[Payment], None] = gateway.capture if status == "succeeded" else gateway.void
    account.faults = [Fault(path, acts=acts)]
    with pytest.raises(ProviderUnsure):
        move(payment)

    move(payment)

    assert account.only_intent()["status"] == status


@pytest.mark.parametrize("keys_forgotten", [True, False])
@pytest.mark.parametrize("acts", [True, False])
def test_a_lost_reply_to_a_refund_pays_back_once(
    account: FakeStripe, gateway: StripeGateway, acts: bool, keys_forgotten: bool
) -> None:
    payment, refund_id = charged(gateway), uuid4()
    account.faults = [Fault("GET /v1/refunds"), Fault("POST /v1/refunds", acts=acts)]
    for _ in range(2):
        with pytest.raises(ProviderUnsure):
            gateway.refund(payment, refund_id, Money("EUR", 500))
    if keys_forgotten:
        account.keys.clear()

    gateway.refund(payment, refund_id, Money("EUR", 500))

    assert [each["amount"] for each in account.refunds.values()] == [500]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("/confirm$", 500),
        Fault("/confirm$", 500, acts=True),
        Fault("/confirm$", 429, b'{"error": {"type": "invalid_request_error", "code": "lock_timeout"}}'),
        Fault("/confirm$", 409, b'{"error": {"type": "idempotency_error", "code": "idempotency_key_in_use"}}'),
        Fault("/confirm$", 401, b'{"error": {"type": "invalid_request_error", "message": "sk_test_secret"}}'),
        Fault("/confirm$", 403, b'{"error": {"type": "invalid_request_error"}}'),
        Fault("/confirm$", 404, b"<html>Not Found</html>"),
        Fault("/confirm$", 200, b"<html>Welcome to the hotel</html>"),
        Fault("/confirm$", 307, b"", {"Location": "/v1/payment_intents"}),
        Fault(INTENTS, 400, b'{"error": {"type": "idempotency_error"}}'),
        Fault(INTENTS, 404, b'{"error": {"type": "invalid_request_error", "code": "resource_missing"}}'),
        Fault(INTENTS, 503),
    ],
    ids=lambda fault: f"{fault.request}-{fault.status}-{fault.acts}",
)
def test_whatever_is_no_clear_answer_is_unknown_and_asked_again(
    account: FakeStripe, gateway: StripeGateway, fault: Fault
) -> None:
    payment = a_payment()
    account.faults = [fault]
    with pytest.raises(ProviderUnsure):
        gateway.authorize(payment, fake_stripe.GOOD)
    assert not account.faults

    gateway.authorize(payment, fake_stripe.GOOD)

    assert account.only_intent()["status"] == "requires_capture"


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


def test_an_amount_that_stripe_does_not_take_is_a_no(account: FakeStripe, gateway: StripeGateway) -> None:
    payment = a_payment(amount=Money("EUR", 49))

    with pytest.raises(PaymentDeclined) as declined:
        gateway.authorize(payment, fake_stripe.GOOD)
    gateway.void(payment)

    assert declined.value.metadata == {"provider_reason": "amount_too_small"}
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


def test_when_the_key_may_be_forgotten_the_intent_is_looked_up(account: FakeStripe, gateway: StripeGateway) -> None:
    payment = a_payment(age=timedelta(days=2))
    account.faults = [Fault("/confirm$", acts=True)]
    with pytest.raises(ProviderUnsure):
        gateway.authorize(payment, fake_stripe.GOOD)
    account.keys.clear()

    gateway.authorize(payment, fake_stripe.GOOD)
    gateway.capture(payment)

    assert account.only_intent()["status"] == "succeeded"


def test_a_known_reference_needs_no_key(account: FakeStripe, gateway: StripeGateway) -> None:
    payment = a_payment()
    reference = gateway.authorize(payment, fake_stripe.GOOD).reference
    account.keys.clear()
    account.asked.clear()

    gateway.capture(replace(payment, reference=reference))

    assert account.paths() == [f"POST /v1/payment_intents/{reference}/capture"]


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


def test_a_slow_answer_is_not_waited_for_longer_than_settings_allow(
    account: FakeStripe, gateway: StripeGateway, settings: Settings
) -> None:
    settings.STRIPE_TIMEOUT = 0.2
    with held_up(account), pytest.raises(ProviderUnsure):
        gateway.authorize(a_payment(), fake_stripe.GOOD)


def test_nor_longer_than_the_call_may_take(account: FakeStripe, gateway: StripeGateway) -> None:
    with held_up(account), pytest.raises(ProviderUnsure), a_call(seconds=0.2):
        gateway.authorize(a_payment(), fake_stripe.GOOD)

    account.asked.clear()
    with pytest.raises(ProviderUnsure), a_call(seconds=0):
        gateway.authorize(a_payment(), fake_stripe.GOOD)
    assert account.asked == []


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
@pytest.mark.parametrize("path", [INTENTS, "/confirm$", "/capture$"])
def test_an_order_is_paid_once_though_a_reply_is_lost(account: FakeStripe, gateway: StripeGateway, path: str) -> None:
    world = World(catalog=FakeCatalog(), payments=gateway)
    account.faults = [Fault(path, acts=True)]
    order = place_order(**an_order(world=world, payment_token=fake_stripe.GOOD))
    assert order.owes

    make_due()
    recover(world)

    order.refresh_from_db()
    intent = account.only_intent()
    assert (order.state, order.payment_reference) == (State.PAID, intent["id"])
    assert intent["amount_received"] == order.total_minor


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


@contextmanager
def held_up(account: FakeStripe) -> Iterator[None]:
    """Nobody answers the next request meanwhile."""
    ended = Event()
    account.faults = [Fault("", until=ended)]
    try:
        yield
    finally:
        ended.set()


@contextmanager
def a_call(seconds: float) -> Iterator[None]:
    """A call is being answered that may take so long."""
    path = "/shop.orders.v1.OrderService/PlaceOrder"
    with answering(Call(method=method(path), caller=Caller(), deadline=time.monotonic() + seconds)):
        yield
