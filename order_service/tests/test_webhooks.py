"""What payment providers tell of by themselves: hints that end an order's pause, and decide nothing."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from queue import Queue
from typing import Any
from uuid import uuid4

import pytest
import requests
import stripe
from django.conf import settings as used
from django.db.models.functions import Now
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from pytest_django import Settings

from orders.models import Order, Refund
from orders.operations import place_order
from orders.payments.stripe import StripeGateway
from orders.refunds import refund_order
from orders.saga import State
from orders.values import Money, Payment
from orders.waking import wake
from orders.webhooks import webhook_urls
from tests import localstripe
from tests.examples import an_order
from tests.fakes import Lost, a_world
from tests.http import Asked, Told, answering
from tests.test_refunds import STAFF, a_wish

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "whsec_test"


class Edge:
    """A URLconf as config.urls makes it where Stripe is the provider."""

    def __init__(self) -> None:
        self.urlpatterns = webhook_urls()


@pytest.fixture
def edge(settings: Settings) -> Client:
    settings.PAYMENTS = "stripe"
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    settings.ROOT_URLCONF = Edge()
    return Client()


def waiting(call: str = "capture_payment") -> Order:
    """An order that waits for a long time to make a call again."""
    order = place_order(**an_order(world=a_world(**{call: [Lost()]})[0]))
    Order.objects.update(next_attempt_at=Now() + timedelta(hours=1))
    return order


def is_due(work: Order | Refund) -> bool:
    return type(work).objects.due().filter(pk=work.pk).exists()


def an_event(**told: Any) -> str:
    return json.dumps({"id": "evt_1", "object": "event", "type": "payment_intent.succeeded", "data": {"object": told}})


def about(order: Order) -> str:
    return an_event(object="payment_intent", id="pi_1", metadata={"payment_id": str(order.payment_id)})


def post(edge: Client, body: str | bytes, *, secret: str = SECRET, age: int = 0) -> HttpResponse:
    text = body if isinstance(body, str) else body.decode(errors="replace")
    signature = stripe.WebhookSignature.generate_signature_header(text, secret, int(time.time()) - age)
    answer = edge.post("/webhooks/stripe", body, "application/json", headers={"Stripe-Signature": signature})
    assert isinstance(answer, HttpResponse)
    return answer


def test_news_of_a_payment_ends_its_orders_pause(edge: Client) -> None:
    order, other = waiting(), waiting()

    assert post(edge, about(order)).status_code == 200

    assert is_due(order)
    assert not is_due(other)


def test_news_tell_no_facts(edge: Client) -> None:
    order = waiting()

    post(edge, about(order))

    order.refresh_from_db()
    assert (order.state, order.attempts) == (State.CAPTURING, 0)


@pytest.mark.parametrize("kind", ["charge", "refund", "dispute"])
def test_what_names_the_intent_only_is_found_by_it(edge: Client, kind: str) -> None:
    order = waiting()
    assert order.payment_reference

    post(edge, an_event(object=kind, id="x", payment_intent=order.payment_reference, metadata={}))

    assert is_due(order)


def test_a_refund_is_woken_too(edge: Client) -> None:
    order = place_order(**an_order())
    refund_order(caller=STAFF, wish=a_wish(order), world=a_world(refund_payment=[Lost()])[0])
    Refund.objects.update(next_attempt_at=Now() + timedelta(hours=1))

    post(edge, about(order))

    assert is_due(Refund.objects.get())


def test_a_duplicate_changes_nothing_more(edge: Client) -> None:
    order = waiting()
    for _ in range(3):
        assert post(edge, about(order)).status_code == 200

    assert Order.objects.due().count() == 1


def test_an_order_that_somebody_is_at_is_left_alone(edge: Client) -> None:
    order = waiting()
    order.timeline.filter(kind="unanswered").delete()  # As it is before the answer to the call is in.

    assert post(edge, about(order)).status_code == 200
    assert not is_due(order)


def test_a_final_order_stays_as_it_is(edge: Client) -> None:
    order = place_order(**an_order())

    assert post(edge, about(order)).status_code == 200
    order.refresh_from_db()
    assert (order.state, order.next_attempt_at) == (State.PAID, None)


@pytest.mark.parametrize(
    "body",
    [
        an_event(object="payment_intent", id="pi_other", metadata={"payment_id": str(uuid4())}),
        an_event(object="payment_intent", id="pi_other", metadata={"payment_id": "not ours"}),
        an_event(object="payment_intent", id="pi_other"),
        an_event(object="charge", id="ch_1", payment_intent=None, metadata=None),
        an_event(object="payout", id="po_1"),
        an_event(),
        '{"object": "event"}',
    ],
)
def test_what_is_not_the_shops_is_taken_and_ignored(edge: Client, body: str) -> None:
    order = waiting()

    assert post(edge, body).status_code == 200
    assert not is_due(order)


def test_a_signature_of_somebody_elses_is_refused(edge: Client) -> None:
    order = waiting()

    answer = post(edge, about(order), secret="whsec_other")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["reason"] == "WEBHOOK_NOT_SIGNED"
    assert not is_due(order)


@pytest.mark.parametrize("body", [b"", b"no JSON", b"\xff\xfe"])
def test_what_is_no_event_is_refused(edge: Client, body: bytes) -> None:
    assert post(edge, body).status_code == 400


def test_what_was_signed_long_ago_is_refused(edge: Client) -> None:
    assert post(edge, about(waiting()), age=301).status_code == 400


@pytest.mark.parametrize("signature", ["", "nonsense", "t=1,v1=2", "v1=2"])
def test_what_is_not_signed_is_refused(edge: Client, signature: str) -> None:
    body = about(waiting())

    answer = edge.post("/webhooks/stripe", body, "application/json", headers={"Stripe-Signature": signature})

    assert answer.status_code == 400


def test_only_post_and_no_more_than_fits(edge: Client, settings: Settings) -> None:
    assert edge.get("/webhooks/stripe").status_code == 405
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert post(edge, about(waiting())).status_code == 413


def test_the_sandbox_has_no_webhook() -> None:
    assert used.PAYMENTS == "sandbox"
    assert resolve("/webhooks/stripe").func is resolve("/v1/orders").func


def test_a_payment_that_nobody_names_wakes_nobody() -> None:
    assert wake() == 0


@pytest.fixture
def posted(settings: Settings) -> Iterator[Queue[Asked]]:
    """What localstripe posts to whom it thinks is the shop, which the settings let ask it in turn."""
    if not localstripe.is_installed():
        pytest.skip("localstripe is not installed; it does not run on Windows")
    received: Queue[Asked] = Queue()

    def take(asked: Asked) -> Told:
        received.put(asked)
        return Told(200, b"")

    with localstripe.localstripe() as local, localstripe.front(local) as url, answering(take) as shop:
        registered = {"url": shop, "secret": SECRET}
        requests.post(f"{local}/_config/webhooks/shop", json=registered, timeout=30).raise_for_status()
        settings.STRIPE_API_URL, settings.STRIPE_SECRET_KEY, settings.STRIPE_TIMEOUT = url, "sk_test_123", 30
        yield received


def test_what_localstripe_posts_is_believed_and_finds_the_order(edge: Client, posted: Queue[Asked]) -> None:
    order = waiting()
    payment = Payment(order.payment_id, Money("EUR", 750), timezone.now())
    gateway = StripeGateway()
    gateway.authorize(payment, "pm_card_visa")
    gateway.capture(payment)

    event = posted.get(timeout=30)
    signature = event.headers["stripe-signature"]
    answer = edge.post("/webhooks/stripe", event.body, "application/json", headers={"Stripe-Signature": signature})

    assert answer.status_code == 200
    assert is_due(order)
