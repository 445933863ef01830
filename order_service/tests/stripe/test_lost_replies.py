"""The Stripe gateway, against a Stripe that loses replies, fails, dawdles and forgets."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Event
from uuid import uuid4

import pytest
from pytest_django import Settings

from chassis.call import Call, Caller, answering
from chassis.contract import method
from orders.errors import ProviderUnsure
from orders.operations import place_order
from orders.payments.stripe import StripeGateway
from orders.recovery import recover
from orders.saga import State
from orders.values import Money, Payment
from orders.world import World
from tests.examples import an_order, make_due
from tests.fakes import FakeCatalog
from tests.stripe import fake_stripe
from tests.stripe.fake_stripe import FakeStripe, Fault
from tests.stripe.payments import a_payment, charged

INTENTS = r"/payment_intents$"


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
