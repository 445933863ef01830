"""Messages, as the staff see them."""

import pytest
from django.test import Client

from notifications.models import Notification, Outcome, Status
from tests.fakes import a_notification

pytestmark = pytest.mark.django_db

NOTIFICATIONS = "/admin/notifications/notification/"


def test_a_messages_page_shows_how_it_reads(staff: Client) -> None:
    notification = a_notification(text="Hello Ada, thank you.\n", html="<p>Hello <b>Ada</b></p>")

    page = staff.get(f"{NOTIFICATIONS}{notification.id}/change/").content.decode()

    assert "<pre>Hello Ada, thank you.\n</pre>" in page
    assert f'<iframe sandbox src="{NOTIFICATIONS}{notification.id}/mail"' in page
    assert "<b>Ada</b>" not in page


def test_its_mail_is_locked_up(staff: Client, client: Client) -> None:
    notification = a_notification(html="<p>Hello <b>Ada</b></p>")
    address = f"{NOTIFICATIONS}{notification.id}/mail"

    mail = staff.get(address)

    assert mail.content.decode() == "<p>Hello <b>Ada</b></p>"
    assert mail["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
    assert client.get(address)["Location"] == f"/admin/login/?next={address}"


def test_a_message_without_a_mail_has_none_to_show(staff: Client) -> None:
    notification = a_notification(html="")

    assert "<iframe" not in staff.get(f"{NOTIFICATIONS}{notification.id}/change/").content.decode()


def test_messages_are_found_by_recipient_subject_event_and_status(staff: Client) -> None:
    wanted = a_notification(recipient="ada@example.com", subject="Your order is paid", status=Status.FAILED)
    a_notification(recipient="bob@example.com", subject="Welcome")

    searches = ({"q": "ada@"}, {"q": "paid"}, {"q": str(wanted.event_id)}, {"status__exact": "FAILED"})
    for search in searches:
        page = staff.get(NOTIFICATIONS, search).content.decode()
        assert "ada@example.com" in page
        assert "bob@example.com" not in page
    assert Notification.objects.count() == 2


def test_a_messages_page_shows_every_attempt(staff: Client) -> None:
    notification = a_notification()
    notification.delivery_attempts.create(number=1, provider="mailgun").end(Outcome.NOT_TAKEN, error="HTTP 401")

    page = staff.get(f"{NOTIFICATIONS}{notification.id}/change/").content.decode()

    assert "<td>mailgun</td>" in page
    assert "HTTP 401" in page
    assert '<span class="badge open">not_taken</span>' in page


def test_failed_messages_are_sent_again_and_no_others(staff: Client) -> None:
    failed = a_notification(status=Status.FAILED, next_attempt_at=None)
    sent = a_notification(status=Status.SENT, next_attempt_at=None)

    page = staff.post(
        NOTIFICATIONS, {"action": "send_again", "_selected_action": [str(failed.id), str(sent.id)]}, follow=True
    )

    assert "Messages that will be sent again: 1." in page.content.decode()
    assert list(Notification.objects.due()) == [failed]
