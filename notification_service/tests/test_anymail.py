"""Mails by one of Anymail's providers, against an HTTP server of our own, and what it tells of them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from config.providers import mail_providers
from notifications.delivery import send_due
from notifications.models import DeliveryAttempt, Notification, Outcome, Status
from tests.fakes import MEMORY, a_notification
from tests.provider import Provider, answering

pytestmark = pytest.mark.django_db

TAKEN = {"id": "<1@mail.example>", "message": "Queued. Thank you."}
SECRET, KEY = "hook:a password", "a signing key"
TRACKING = "/anymail/mailgun/tracking/"


@pytest.fixture
def mailgun(settings: Settings) -> Iterator[Provider]:
    """The preferred provider of mails. The next one only remembers them."""
    with answering(201, TAKEN) as running:
        settings.EMAIL_PROVIDERS = {**mail_providers(["mailgun"]), "spare": {"BACKEND": MEMORY}}
        settings.ANYMAIL = {
            "MAILGUN_API_URL": f"{running.url}/v3",
            "MAILGUN_API_KEY": "a key",
            "MAILGUN_WEBHOOK_SIGNING_KEY": KEY,
            "WEBHOOK_SECRET": SECRET,
            "REQUESTS_TIMEOUT": 5.0,
        }
        yield running


def outcomes() -> list[Any]:
    return list(DeliveryAttempt.objects.order_by("id").values_list("provider", "outcome", "error"))


def test_a_mail_is_posted_with_its_own_id_and_known_by_the_providers(mailgun: Provider) -> None:
    notification = a_notification()

    assert send_due() == 1

    [form] = mailgun.posted
    assert "&to=ada%40example.com&" in form
    assert f"v%3Anotification_id={notification.id}" in form
    attempt = notification.delivery_attempts.get()
    assert (attempt.provider, attempt.outcome, attempt.provider_message_id) == (
        "mailgun",
        Outcome.SENT,
        "<1@mail.example>",
    )


@pytest.mark.parametrize("status", [400, 401, 404, 429, 503])
def test_what_it_does_not_take_the_next_provider_gets(mailgun: Provider, status: int) -> None:
    mailgun.refuse(status)
    a_notification()

    assert [send_due(), send_due()] == [1, 1]

    assert outcomes() == [
        ("mailgun", Outcome.NOT_TAKEN, f"AnymailRequestsAPIError {status}"),
        ("spare", Outcome.SENT, ""),
    ]


@pytest.mark.parametrize("status", [500, 502, 504])
def test_what_it_may_have_taken_it_is_asked_for_again(mailgun: Provider, status: int) -> None:
    mailgun.refuse(status)
    notification = a_notification()

    send_due()

    assert outcomes() == [("mailgun", Outcome.UNKNOWN, f"AnymailRequestsAPIError {status}")]
    notification.refresh_from_db()
    assert notification.status == Status.PENDING


def test_an_answer_that_cannot_be_read_leaves_it_unknown(mailgun: Provider) -> None:
    mailgun.body = b"<html>Welcome to our hotel</html>"
    a_notification()

    send_due()

    assert [outcome for _, outcome, _ in outcomes()] == [Outcome.UNKNOWN]


def test_so_does_one_that_never_comes(mailgun: Provider, settings: Settings) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "REQUESTS_TIMEOUT": 0.2}
    mailgun.silent = True
    a_notification()

    send_due()

    assert [outcome for _, outcome, _ in outcomes()] == [Outcome.UNKNOWN]


def test_a_provider_that_is_away_makes_room_for_the_next(mailgun: Provider, settings: Settings) -> None:
    with answering(201, TAKEN) as gone:
        settings.ANYMAIL = {**settings.ANYMAIL, "MAILGUN_API_URL": gone.url}
    a_notification()

    assert [send_due(), send_due()] == [1, 1]

    assert [(name, outcome) for name, outcome, _ in outcomes()] == [
        ("mailgun", Outcome.NOT_TAKEN),
        ("spare", Outcome.SENT),
    ]


@pytest.mark.usefixtures("mailgun")
@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"event": "failed", "severity": "permanent", "reason": "bounce"}, "bounced bounced"),
        ({"event": "rejected", "reject": {"reason": "old"}}, "rejected other"),
        ({"event": "complained"}, "complained"),
    ],
)
@pytest.mark.parametrize("known_by", ["metadata", "message id"])
def test_what_the_provider_tells_is_noted(client: Client, event: dict[str, Any], reason: str, known_by: str) -> None:
    notification = a_notification()
    send_due()
    about = (
        {"user-variables": {"notification_id": str(notification.id)}}
        if known_by == "metadata"
        else {"message": {"headers": {"message-id": "1@mail.example"}}}
    )

    for _ in range(2):
        assert tell(client, {**event, **about}) == 200

    notification.refresh_from_db()
    assert (notification.status, notification.bounce_reason) == (Status.BOUNCED, reason)


@pytest.mark.usefixtures("mailgun")
@pytest.mark.parametrize(
    "event", [{"event": "delivered"}, {"event": "opened"}, {"event": "failed", "severity": "temporary"}]
)
def test_what_is_no_bounce_is_not_noted(client: Client, event: dict[str, Any]) -> None:
    notification = a_notification()
    send_due()

    assert tell(client, {**event, "user-variables": {"notification_id": str(notification.id)}}) == 200

    notification.refresh_from_db()
    assert notification.status == Status.SENT


@pytest.mark.usefixtures("mailgun")
@pytest.mark.parametrize("variables", [{}, {"notification_id": "1"}, {"notification_id": str(uuid4())}])
def test_mails_of_somebody_else_are_let_pass(client: Client, variables: dict[str, str]) -> None:
    a_notification()

    assert tell(client, {"event": "complained", "user-variables": variables}) == 200

    assert Notification.objects.get().status == Status.PENDING


@pytest.mark.usefixtures("mailgun")
@pytest.mark.parametrize("forged", [{"key": "another key"}, {"secret": "hook:another"}, {"secret": ""}])
def test_what_is_not_signed_is_refused(client: Client, forged: dict[str, str]) -> None:
    notification = a_notification()
    event = {"event": "complained", "user-variables": {"notification_id": str(notification.id)}}

    assert tell(client, event, **forged) == 403

    notification.refresh_from_db()
    assert notification.status == Status.PENDING


@pytest.mark.usefixtures("mailgun")
@pytest.mark.parametrize(
    "path", ["/anymail/postmark/tracking/", "/anymail/spare/tracking/", "/anymail/mailgun/inbound/"]
)
def test_only_the_tracking_of_configured_providers_is_there(client: Client, path: str) -> None:
    assert client.post(path, "{}", content_type="application/json").status_code == 404


def tell(client: Client, event: dict[str, Any], key: str = KEY, secret: str = SECRET) -> int:
    """Post an event as Mailgun does. Returns the HTTP status of the answer."""
    signature = hmac.new(key.encode(), b"1700000000token", hashlib.sha256).hexdigest()
    signed = {"token": "token", "timestamp": "1700000000", "signature": signature}
    body = {"signature": signed, "event-data": {"timestamp": 1_700_000_000.0, "recipient": "ada@example.com", **event}}
    answer = client.post(TRACKING, json.dumps(body), content_type="application/json", headers=basic(secret))
    return answer.status_code


def basic(secret: str) -> dict[str, str]:
    """The header of a login."""
    return {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"} if secret else {}
