"""SendNotification, over a real channel, with a user_service to ask."""

from uuid import uuid4

import pytest
from pytest_django import Settings

from chassis.testing import as_service, as_user, at_once, refused, serving
from notifications.models import Channel, Kind, Notification
from notifications.operations import update_preferences
from shop.notifications.v1 import notifications_pb2
from shop.notifications.v1.notifications_pb2 import SendNotificationRequest
from shop.notifications.v1.notifications_pb2_grpc import NotificationServiceStub
from tests.fakes import ADA, NOBODY

ORDER_SERVICE = as_service("order_service")
ORDER_ID = "8d1f0c5e-2b51-4a0a-9c57-0f6f6a4a1b2c"

pytestmark = pytest.mark.usefixtures("user_service")


def a_request(**changes: str) -> SendNotificationRequest:
    """To tell somebody that EUR 12.50 were paid back."""
    return SendNotificationRequest(
        request_id=changes.get("request_id", str(uuid4())),
        user_id=changes.get("user_id", str(uuid4())),
        kind=notifications_pb2.NOTIFICATION_KIND_ORDER_REFUNDED,
        values={"order_id": ORDER_ID, "currency_code": "EUR", "minor_units": "1250"},
    )


@pytest.mark.parametrize("service", ["order_service", "product_service"])
def test_the_template_is_filled_in_for_the_user(notifications: NotificationServiceStub, service: str) -> None:
    request = a_request()

    sent = notifications.SendNotification(request, metadata=as_service(service))

    assert sent.user_id == request.user_id
    assert sent.kind == notifications_pb2.NOTIFICATION_KIND_ORDER_REFUNDED
    assert (sent.channel, sent.status) == (
        notifications_pb2.CHANNEL_EMAIL,
        notifications_pb2.NOTIFICATION_STATUS_PENDING,
    )
    assert sent.subject == "Your refund: EUR 12.50"
    assert sent.text.startswith("Hello,")
    assert ORDER_ID in sent.text
    stored = Notification.objects.due().get()
    assert (str(stored.id), stored.recipient) == (sent.notification_id, ADA.email)


def test_the_same_request_sends_once(notifications: NotificationServiceStub) -> None:
    request = a_request()

    first = notifications.SendNotification(request, metadata=ORDER_SERVICE)
    again = notifications.SendNotification(request, metadata=ORDER_SERVICE)

    assert again == first
    assert Notification.objects.count() == 1


def test_the_same_request_sent_many_times_at_once_sends_once(notifications: NotificationServiceStub) -> None:
    request = a_request()

    answers = at_once(lambda _: notifications.SendNotification(request, metadata=ORDER_SERVICE), 4)

    assert answers == [answers[0]] * 4
    assert Notification.objects.count() == 1


def test_a_repeat_is_answered_alike_whatever_the_user_wants_by_then(notifications: NotificationServiceStub) -> None:
    user_id = uuid4()
    request = a_request(user_id=str(user_id))
    first = notifications.SendNotification(request, metadata=ORDER_SERVICE)
    update_preferences(user_id=user_id, changes={Kind.ORDER_REFUNDED: []})

    assert notifications.SendNotification(request, metadata=ORDER_SERVICE) == first


def test_a_request_id_with_other_values_is_refused(notifications: NotificationServiceStub) -> None:
    request = a_request()
    notifications.SendNotification(request, metadata=ORDER_SERVICE)
    request.values["minor_units"] = "1251"

    with refused("ALREADY_EXISTS", "REQUEST_ID_REUSED"):
        notifications.SendNotification(request, metadata=ORDER_SERVICE)

    assert Notification.objects.count() == 1


def test_two_services_that_choose_the_same_request_id_both_send(notifications: NotificationServiceStub) -> None:
    request = a_request()

    first = notifications.SendNotification(request, metadata=ORDER_SERVICE)
    second = notifications.SendNotification(request, metadata=as_service("product_service"))

    assert first.notification_id != second.notification_id


def test_an_unknown_user_is_refused(notifications: NotificationServiceStub) -> None:
    with refused("NOT_FOUND", "USER_NOT_FOUND"):
        notifications.SendNotification(a_request(user_id=str(NOBODY)), metadata=ORDER_SERVICE)

    assert not Notification.objects.exists()


def test_what_the_user_does_not_want_is_refused_and_may_be_sent_later(notifications: NotificationServiceStub) -> None:
    user_id = uuid4()
    request = a_request(user_id=str(user_id))
    update_preferences(user_id=user_id, changes={Kind.ORDER_REFUNDED: []})

    with refused("FAILED_PRECONDITION", "NOTIFICATION_NOT_WANTED"):
        notifications.SendNotification(request, metadata=ORDER_SERVICE)

    update_preferences(user_id=user_id, changes={Kind.ORDER_REFUNDED: [Channel.EMAIL]})
    assert notifications.SendNotification(request, metadata=ORDER_SERVICE).text


def test_values_that_do_not_fit_the_template_are_refused_one_by_one(notifications: NotificationServiceStub) -> None:
    request = a_request()
    request.values["minor_units"] = "12.50"
    request.values["colour"] = "blue"

    with refused("INVALID_ARGUMENT", "TEMPLATE_VALUES_MISMATCH"):
        notifications.SendNotification(request, metadata=ORDER_SERVICE)

    assert not Notification.objects.exists()


@pytest.mark.parametrize("field", ["request_id", "user_id"])
def test_an_id_that_is_none_is_refused(notifications: NotificationServiceStub, field: str) -> None:
    with refused("INVALID_ARGUMENT", "INVALID_ARGUMENT"):
        notifications.SendNotification(a_request(**{field: "1"}), metadata=ORDER_SERVICE)


@pytest.mark.parametrize(
    "metadata", [(), as_user(uuid4(), staff=True), as_service("user_service"), as_service("somebody")]
)
def test_only_services_that_the_contract_names_may_send(
    notifications: NotificationServiceStub, metadata: tuple[tuple[str, str], ...]
) -> None:
    with refused("PERMISSION_DENIED", "SERVICE_ONLY"):
        notifications.SendNotification(a_request(), metadata=metadata)


def test_nothing_is_stored_while_nobody_can_say_how_to_reach_the_user(
    settings: Settings, request: pytest.FixtureRequest
) -> None:
    with serving(lambda _: None) as gone:
        settings.NEIGHBOURS = {"user_service": gone}
    settings.CALL_TIMEOUT = 0.2
    notifications = request.getfixturevalue("notifications")

    with refused("UNAVAILABLE", "NEIGHBOUR_UNAVAILABLE"):
        notifications.SendNotification(a_request(), metadata=ORDER_SERVICE)

    assert not Notification.objects.exists()
