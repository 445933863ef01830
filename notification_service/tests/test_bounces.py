"""What providers tell of messages that they took: in time, too early, twice, and of somebody else's."""

from uuid import uuid4

import pytest
from django.test import Client

from chassis.testing import as_user
from notifications.bounces import bounced
from notifications.models import Notification, Outcome, Status
from shop.notifications.v1 import notifications_pb2
from shop.notifications.v1.notifications_pb2 import ListNotificationsRequest
from shop.notifications.v1.notifications_pb2_grpc import NotificationServiceStub
from tests.fakes import LEASE, a_notification

pytestmark = pytest.mark.django_db


def sent(**values: object) -> Notification:
    """A message that some provider took, which calls it "<1@mail.example>"."""
    notification = a_notification(**values)
    assert notification.claim(LEASE)
    attempt = notification.delivery_attempts.create(number=1, provider="mailgun")
    attempt.end(Outcome.SENT, message_id="<1@mail.example>")
    assert notification.mark_sent()
    return notification


def test_a_message_is_found_by_its_own_id_or_by_the_providers() -> None:
    first, second = sent(), a_notification()

    bounced(reason="bounced", message_id="<1@mail.example>")
    bounced(reason="complained", notification_id=second.id)

    for each, reason in ((first, "bounced"), (second, "complained")):
        each.refresh_from_db()
        assert (each.status, each.bounce_reason, each.next_attempt_at) == (Status.BOUNCED, reason, None)


def test_told_again_it_stays_as_it_was_first_noted() -> None:
    notification = sent()
    bounced(reason="bounced", notification_id=notification.id)
    first = Notification.objects.get()

    bounced(reason="complained", notification_id=notification.id)

    again = Notification.objects.get()
    assert (again.bounce_reason, again.bounced_at) == ("bounced", first.bounced_at)


def test_a_bounce_that_overtakes_the_answer_stays() -> None:
    notification = a_notification()
    assert notification.claim(LEASE)
    bounced(reason="bounced", notification_id=notification.id)

    assert not notification.mark_sent()
    assert not notification.mark_failed("refused")
    assert not notification.release("away")
    notification.postpone("away")

    notification.refresh_from_db()
    assert (notification.status, notification.next_attempt_at) == (Status.BOUNCED, None)
    assert notification.sent_at is None


@pytest.mark.parametrize("message_id", [None, "", "<2@mail.example>"])
def test_what_is_no_message_of_ours_changes_nothing(message_id: str | None) -> None:
    sent()

    bounced(reason="bounced", notification_id=uuid4())
    bounced(reason="bounced", message_id=message_id)

    assert Notification.objects.get().status == Status.SENT


def test_the_staff_see_it(staff: Client) -> None:
    notification = sent()
    bounced(reason="bounced mailbox_gone", notification_id=notification.id)

    page = staff.get(f"/admin/notifications/notification/{notification.id}/change/").content.decode()

    assert '<span class="badge bad">bounced</span>' in page
    assert "bounced mailbox_gone" in page
    assert "&lt;1@mail.example&gt;" in page


def test_its_reader_is_told_of_it(notifications: NotificationServiceStub) -> None:
    user_id = uuid4()
    bounced(reason="bounced", notification_id=sent(user_id=user_id).id)

    [listed] = notifications.ListNotifications(ListNotificationsRequest(), metadata=as_user(user_id)).notifications

    assert listed.status == notifications_pb2.NOTIFICATION_STATUS_BOUNCED
    assert listed.HasField("send_time")
