"""GetPreferences and UpdatePreferences, over a real channel."""

from uuid import uuid4

import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from chassis.testing import as_service, as_user, at_once, refused
from shop.notifications.v1.notifications_pb2 import (
    CHANNEL_EMAIL,
    CHANNEL_SMS,
    GetPreferencesRequest,
    NotificationKind,
    Preference,
    Preferences,
    UpdatePreferencesRequest,
)
from shop.notifications.v1.notifications_pb2 import NOTIFICATION_KIND_ORDER_PAID as PAID
from shop.notifications.v1.notifications_pb2 import NOTIFICATION_KIND_WELCOME as WELCOME
from shop.notifications.v1.notifications_pb2_grpc import NotificationServiceStub

KINDS = set(NotificationKind.values()) - {0}
PAID_BY_BOTH = Preference(kind=PAID, channels=[CHANNEL_EMAIL, CHANNEL_SMS])
NO_WELCOME = Preference(kind=WELCOME)


def update(*preferences: Preference, mask: FieldMask | None = None) -> UpdatePreferencesRequest:
    return UpdatePreferencesRequest(preferences=Preferences(preferences=preferences), update_mask=mask)


def channels(preferences: Preferences) -> dict[int, list[int]]:
    return {each.kind: list(each.channels) for each in preferences.preferences}


def test_at_first_everything_comes_by_mail(notifications: NotificationServiceStub) -> None:
    preferences = notifications.GetPreferences(GetPreferencesRequest(), metadata=as_user(uuid4()))

    assert channels(preferences) == {kind: [CHANNEL_EMAIL] for kind in KINDS}


def test_what_is_named_changes_and_the_rest_stays(notifications: NotificationServiceStub) -> None:
    me = as_user(uuid4())
    notifications.UpdatePreferences(update(NO_WELCOME), metadata=me)

    answered = notifications.UpdatePreferences(update(PAID_BY_BOTH), metadata=me)

    usual = {kind: [CHANNEL_EMAIL] for kind in KINDS}
    both = [CHANNEL_EMAIL, CHANNEL_SMS]
    assert channels(answered) == {
        **usual,
        WELCOME: [],
        PAID: both,
    }
    assert notifications.GetPreferences(GetPreferencesRequest(), metadata=me) == answered
    assert channels(notifications.GetPreferences(GetPreferencesRequest(), metadata=as_user(uuid4()))) == usual


def test_many_updates_at_once_leave_one_of_them(notifications: NotificationServiceStub) -> None:
    me = as_user(uuid4())

    answers = at_once(lambda _: notifications.UpdatePreferences(update(NO_WELCOME, PAID_BY_BOTH), metadata=me), 4)

    assert answers == [notifications.GetPreferences(GetPreferencesRequest(), metadata=me)] * 4


@pytest.mark.parametrize("path", ["preferences", "*"])
def test_a_mask_that_names_the_preferences_changes_them(notifications: NotificationServiceStub, path: str) -> None:
    request = update(NO_WELCOME, mask=FieldMask(paths=[path]))

    answered = notifications.UpdatePreferences(request, metadata=as_user(uuid4()))

    assert channels(answered)[WELCOME] == []


def test_nothing_present_changes_nothing(notifications: NotificationServiceStub) -> None:
    me = as_user(uuid4())
    before = notifications.GetPreferences(GetPreferencesRequest(), metadata=me)

    assert notifications.UpdatePreferences(update(), metadata=me) == before


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(UpdatePreferencesRequest(), id="no preferences"),
        pytest.param(update(Preference()), id="no kind"),
        pytest.param(update(Preference(kind=99)), id="an unknown kind"),  # type: ignore[arg-type]
        pytest.param(update(Preference(kind=PAID, channels=[0])), id="no channel"),  # type: ignore[list-item]
        pytest.param(update(Preference(kind=PAID, channels=[99])), id="an unknown channel"),  # type: ignore[list-item]
        pytest.param(update(Preference(kind=PAID, channels=[CHANNEL_SMS] * 2)), id="a channel twice"),
        pytest.param(update(NO_WELCOME, NO_WELCOME), id="a kind twice"),
        pytest.param(update(NO_WELCOME, mask=FieldMask(paths=["colour"])), id="an unknown field"),
    ],
)
def test_what_makes_no_sense_is_refused(
    notifications: NotificationServiceStub, request_: UpdatePreferencesRequest
) -> None:
    with refused("INVALID_ARGUMENT", "INVALID_ARGUMENT"):
        notifications.UpdatePreferences(request_, metadata=as_user(uuid4()))


@pytest.mark.parametrize("metadata", [(), as_service("order_service")])
def test_whoever_is_not_signed_in_has_no_preferences(
    notifications: NotificationServiceStub, metadata: tuple[tuple[str, str], ...]
) -> None:
    with refused("UNAUTHENTICATED", "TOKEN_MISSING"):
        notifications.GetPreferences(GetPreferencesRequest(), metadata=metadata)
    with refused("UNAUTHENTICATED", "TOKEN_MISSING"):
        notifications.UpdatePreferences(update(NO_WELCOME), metadata=metadata)
