"""Text messages over HTTP, against a provider on a port of its own."""

from collections.abc import Iterator

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from notifications.delivery import send_due
from notifications.models import Notification, Outcome, Status
from notifications.sms.backends.base import SmsMessage
from notifications.sms.backends.twilio import FINAL_CODES
from tests.fakes import ADA, a_text_message, by
from tests.provider import ACCOUNT, SENDER, TOKEN, Provider, provider

pytestmark = pytest.mark.django_db

TWILIO = "notifications.sms.backends.twilio.SmsBackend"


@pytest.fixture
def twilio(smsoutbox: object, settings: Settings) -> Iterator[Provider]:
    """The provider that text messages go to."""
    with provider() as running:
        settings.SMS_PROVIDERS = by(TWILIO)
        settings.SMS_API_URL = running.url
        settings.SMS_ACCOUNT = ACCOUNT
        settings.SMS_TOKEN = TOKEN
        settings.SMS_SENDER = SENDER
        settings.SMS_TIMEOUT = 5.0
        yield running


def try_to_send() -> Notification:
    """A text message after one attempt to send it."""
    a_text_message()
    assert send_due() == 1
    return Notification.objects.get()


def test_a_message_is_posted_as_a_form_by_the_account(twilio: Provider) -> None:
    a_text_message(text="Größe & Preis: 12,50 EUR + Porto")

    send_due()

    assert twilio.taken == [{"To": ADA.phone, "From": SENDER, "Body": "Größe & Preis: 12,50 EUR + Porto"}]
    notification = Notification.objects.get()
    assert notification.status == Status.SENT
    assert notification.delivery_attempts.get().provider_message_id == "SM0123456789"


def test_the_provider_is_told_where_to_tell_what_became_of_it(twilio: Provider, settings: Settings) -> None:
    settings.SMS_CALLBACK_URL = "https://notifications.shop.example"

    notification = try_to_send()

    [form] = twilio.taken
    assert form["StatusCallback"] == f"https://notifications.shop.example/callbacks/twilio/{notification.id}"


@pytest.mark.parametrize("code", sorted(FINAL_CODES))
def test_a_number_or_text_that_will_never_do_is_given_up(twilio: Provider, code: int) -> None:
    twilio.refuse(400, code)

    notification = try_to_send()

    assert notification.status == Status.FAILED
    attempt = notification.delivery_attempts.get()
    assert (attempt.outcome, attempt.error) == (Outcome.FAILED, f"HTTP 400 code {code}")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, 21606),  # The sender is not the account's.
        (400, None),
        (400, "21211"),
        (404, 20404),
        (403, 20003),
        (429, 20429),
        (429, None),
        (500, None),
        (500, 21211),
        (503, 20503),
    ],
)
def test_whatever_may_be_mended_leaves_the_message_for_later(twilio: Provider, status: int, code: object) -> None:
    twilio.refuse(status, code)

    notification = try_to_send()

    assert notification.status == Status.PENDING
    attempt = notification.delivery_attempts.get()
    assert attempt.outcome == (Outcome.UNKNOWN if status == 500 else Outcome.NOT_TAKEN)
    assert f"HTTP {status}" in attempt.error

    twilio.status, twilio.body = 201, b'{"sid": "SM1"}'
    Notification.objects.update(next_attempt_at=Now())
    send_due()
    notification.refresh_from_db()
    assert notification.status == Status.SENT


def test_what_it_does_not_take_another_provider_does(
    twilio: Provider, settings: Settings, smsoutbox: list[SmsMessage]
) -> None:
    settings.SMS_PROVIDERS = by(TWILIO, "notifications.sms.backends.locmem.SmsBackend")
    twilio.refuse(429, 20429)
    a_text_message()

    assert [send_due(), send_due()] == [1, 1]

    assert Notification.objects.get().status == Status.SENT
    assert len(smsoutbox) == 1


def test_a_wrong_token_stops_no_message_for_good(twilio: Provider, settings: Settings) -> None:
    settings.SMS_TOKEN = "another"

    notification = try_to_send()

    assert notification.status == Status.PENDING
    assert notification.delivery_attempts.get().error == "HTTP 401 code 20003"
    assert not twilio.taken


def test_a_provider_that_says_nothing_is_waited_for_until_the_time_is_up(twilio: Provider, settings: Settings) -> None:
    settings.SMS_TIMEOUT = 0.2
    twilio.silent = True

    notification = try_to_send()

    assert notification.status == Status.PENDING
    attempt = notification.delivery_attempts.get()
    assert (attempt.outcome, attempt.error) == (Outcome.UNKNOWN, "TimeoutError")


def test_a_provider_that_is_away_leaves_the_message_for_later(twilio: Provider, settings: Settings) -> None:
    with provider() as gone:
        settings.SMS_API_URL = gone.url

    notification = try_to_send()

    assert notification.status == Status.PENDING
    attempt = notification.delivery_attempts.get()
    assert (attempt.outcome, attempt.error) == (Outcome.NOT_TAKEN, "ConnectionRefusedError")


@pytest.mark.parametrize("body", [b"", b"<html>Welcome to our hotel</html>", b"[]", b"\xff", b'{"status": "queued"}'])
def test_an_answer_that_no_provider_gives_counts_for_nothing(twilio: Provider, body: bytes) -> None:
    twilio.status, twilio.body = 200, body

    assert try_to_send().status == Status.PENDING


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(twilio: Provider, status: int) -> None:
    with provider() as elsewhere:
        twilio.status, twilio.headers = status, {"Location": f"{elsewhere.url}/2010-04-01/Accounts/{ACCOUNT}/"}

        assert try_to_send().status == Status.PENDING

        assert not elsewhere.taken


def test_no_error_that_is_kept_repeats_the_number(twilio: Provider) -> None:
    twilio.refuse(400, 21211)

    notification = try_to_send()

    assert ADA.phone not in notification.last_error
    assert ADA.phone not in notification.delivery_attempts.get().error
