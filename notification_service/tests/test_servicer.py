"""shop.notifications.v1.NotificationService, over a real channel."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import grpc
import pytest

from chassis.status import error_info
from chassis.testing import as_service, as_user
from notifications.models import Status
from shop.notifications.v1 import notifications_pb2
from shop.notifications.v1.notifications_pb2 import ListNotificationsRequest
from shop.notifications.v1.notifications_pb2_grpc import NotificationServiceStub
from tests.fakes import a_notification

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def subjects(page: notifications_pb2.ListNotificationsResponse) -> list[str]:
    return [each.subject for each in page.notifications]


def five_for(user_id: UUID) -> None:
    for number in range(5):
        a_notification(user_id=user_id, subject=f"number {number}", created_at=NOON + timedelta(minutes=number // 2))


def test_a_message_reads_as_it_was_sent(notifications: NotificationServiceStub) -> None:
    user_id = uuid4()
    stored = a_notification(user_id=user_id, created_at=NOON, sent_at=NOON + timedelta(seconds=5), status=Status.SENT)

    [listed] = notifications.ListNotifications(ListNotificationsRequest(), metadata=as_user(user_id)).notifications

    assert (listed.notification_id, listed.user_id) == (str(stored.id), str(user_id))
    assert listed.kind == notifications_pb2.NOTIFICATION_KIND_ORDER_PAID
    assert listed.channel == notifications_pb2.CHANNEL_EMAIL
    assert listed.status == notifications_pb2.NOTIFICATION_STATUS_SENT
    assert (listed.subject, listed.text) == (stored.subject, stored.text)
    assert listed.create_time.ToDatetime(UTC) == NOON
    assert listed.send_time.ToDatetime(UTC) == NOON + timedelta(seconds=5)


def test_a_message_that_waits_has_no_time_of_sending(notifications: NotificationServiceStub) -> None:
    user_id = uuid4()
    a_notification(user_id=user_id)

    [listed] = notifications.ListNotifications(ListNotificationsRequest(), metadata=as_user(user_id)).notifications

    assert listed.status == notifications_pb2.NOTIFICATION_STATUS_PENDING
    assert not listed.HasField("send_time")


def test_pages_are_newest_first_and_complete(notifications: NotificationServiceStub) -> None:
    user_id = uuid4()
    five_for(user_id)
    request, seen = ListNotificationsRequest(page_size=2), list[str]()

    while True:
        page = notifications.ListNotifications(request, metadata=as_user(user_id))
        seen += subjects(page)
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token

    assert sorted(seen) == [f"number {number}" for number in range(5)]
    assert (seen[0], set(seen[1:3]), set(seen[3:])) == ("number 4", {"number 2", "number 3"}, {"number 0", "number 1"})


@pytest.mark.parametrize("staff", [False, True])
def test_everybody_sees_only_their_own(notifications: NotificationServiceStub, *, staff: bool) -> None:
    a_notification()

    page = notifications.ListNotifications(ListNotificationsRequest(), metadata=as_user(uuid4(), staff=staff))

    assert not page.notifications


def test_a_page_token_of_somebody_else_is_refused(notifications: NotificationServiceStub) -> None:
    user_id = uuid4()
    five_for(user_id)
    page = notifications.ListNotifications(ListNotificationsRequest(page_size=2), metadata=as_user(user_id))

    with pytest.raises(grpc.RpcError) as refused:
        notifications.ListNotifications(
            ListNotificationsRequest(page_size=2, page_token=page.next_page_token), metadata=as_user(uuid4())
        )

    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert error_info(refused.value).reason == "INVALID_PAGE_TOKEN"


@pytest.mark.parametrize("metadata", [(), as_service("order_service")])
def test_whoever_is_not_signed_in_sees_nothing(
    notifications: NotificationServiceStub, metadata: tuple[tuple[str, str], ...]
) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        notifications.ListNotifications(ListNotificationsRequest(), metadata=metadata)

    assert refused.value.code() == grpc.StatusCode.UNAUTHENTICATED
