"""What Twilio tells of a text message: a form, signed."""

from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from notifications.models import Notification, Status
from notifications.sms.signature import is_signed, sign
from tests.fakes import a_text_message

pytestmark = pytest.mark.django_db

EDGE = "https://notifications.shop.example"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _configured(settings: Settings) -> None:
    settings.SMS_CALLBACK_URL, settings.SMS_TOKEN = EDGE, "12345"


def tell(client: Client, pk: UUID, form: dict[str, str], signature: str | None = None) -> int:
    """Post a form as Twilio does, by a proxy that knows this service under another name."""
    signature = sign(f"{EDGE}/callbacks/twilio/{pk}", list(form.items())) if signature is None else signature
    headers = {"X-Twilio-Signature": signature}
    return client.post(f"/callbacks/twilio/{pk}", urlencode(form), content_type=FORM, headers=headers).status_code


def test_the_signature_is_that_of_twilios_own_example() -> None:
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    form = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675309"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
        ("To", "+18005551212"),
    ]

    assert is_signed(url, form, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
    assert not is_signed(url, form[1:], "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


@pytest.mark.parametrize("status", ["undelivered", "failed"])
def test_a_message_that_was_not_delivered_has_bounced_however_often_it_is_told(client: Client, status: str) -> None:
    notification = a_text_message()

    for _ in range(2):
        assert tell(client, notification.id, {"MessageStatus": status, "ErrorCode": "30003", "To": "+44 ü"}) == 204

    notification.refresh_from_db()
    assert (notification.status, notification.bounce_reason) == (Status.BOUNCED, f"{status} 30003")


@pytest.mark.parametrize("status", ["queued", "sent", "delivered", ""])
def test_a_step_on_the_way_changes_nothing_also_after_the_end(client: Client, status: str) -> None:
    fine, bad = a_text_message(), a_text_message()
    tell(client, bad.id, {"MessageStatus": "undelivered"})

    for each in (fine, bad):
        assert tell(client, each.id, {"MessageStatus": status}) == 204

    assert Notification.objects.get(pk=fine.pk).status == Status.PENDING
    assert Notification.objects.get(pk=bad.pk).status == Status.BOUNCED


def test_a_code_that_is_none_is_not_kept(client: Client) -> None:
    notification = a_text_message()

    tell(client, notification.id, {"MessageStatus": "failed", "ErrorCode": "<b>"})

    notification.refresh_from_db()
    assert notification.bounce_reason == "failed"


def test_a_message_that_is_not_ours_is_let_pass(client: Client) -> None:
    assert tell(client, uuid4(), {"MessageStatus": "failed"}) == 204


@pytest.mark.parametrize("signature", ["", "x", "ü", "RSOYDt4T1cUTdK1PDd93/VVr8B8="])
def test_what_is_not_signed_is_refused(client: Client, signature: str) -> None:
    notification = a_text_message()

    assert tell(client, notification.id, {"MessageStatus": "failed"}, signature) == 403

    notification.refresh_from_db()
    assert notification.status == Status.PENDING


def test_the_signature_of_one_message_does_not_do_for_another(client: Client) -> None:
    first, second = a_text_message(), a_text_message()
    form = {"MessageStatus": "failed"}

    signature = sign(f"{EDGE}/callbacks/twilio/{first.id}", list(form.items()))

    assert tell(client, second.id, form, signature) == 403


@pytest.mark.parametrize("body", [b"\xff", b"MessageStatus", b"&".join(b"a=%d" % each for each in range(200))])
def test_what_is_no_form_is_refused(client: Client, body: bytes) -> None:
    answer = client.post(f"/callbacks/twilio/{uuid4()}", body, content_type=FORM)

    assert answer.status_code == 400


def test_it_is_only_posted_to(client: Client) -> None:
    assert client.get(f"/callbacks/twilio/{uuid4()}").status_code == 405


def test_where_twilio_was_given_no_address_nothing_answers(client: Client, settings: Settings) -> None:
    settings.SMS_CALLBACK_URL = ""

    assert client.post(f"/callbacks/twilio/{uuid4()}").status_code == 404
