"""Messages, against the database."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connections, transaction
from pytest_django import Settings

from notifications.errors import NotificationNotWanted, UserNotFound
from notifications.models import Channel, Kind, Notification, Status
from notifications.operations import (
    Contacts,
    get_preferences,
    list_notifications,
    send_notification,
    tell,
    tell_staff,
    update_preferences,
)
from notifications.values import News
from tests.fakes import ADA, NOBODY, ContactsForTwo, FakeContacts, a_notification, a_paid_order, some_news

BOTH = [Channel.EMAIL, Channel.SMS]


def tell_ada(news: News, event_id: UUID | None = None, user_id: UUID | None = None) -> list[Notification]:
    """What is stored after somebody who is reached as Ada is told."""
    event_id = event_id or uuid4()
    tell(event_id=event_id, user_id=user_id or uuid4(), news=news, contacts=FakeContacts())
    return list(Notification.objects.filter(event_id=event_id).order_by("channel"))


@pytest.mark.django_db
def test_the_buyer_of_a_paid_order_gets_a_mail_that_is_due() -> None:
    event_id, user_id = uuid4(), uuid4()

    tell_ada(a_paid_order(), event_id, user_id)

    told = Notification.objects.due().get()
    assert (told.event_id, told.user_id, told.kind, told.channel) == (event_id, user_id, Kind.ORDER_PAID, "EMAIL")
    assert (told.recipient, told.language, told.channel) == (ADA.email, ADA.language, Channel.EMAIL)
    assert told.status == Status.PENDING
    assert told.sent_at is None
    assert "EUR 12.50" in told.subject
    assert "2 x Mug" in told.text
    assert "<td" in told.html


@pytest.mark.django_db
def test_an_event_seen_twice_leaves_the_first_message_as_it_was_worded() -> None:
    event_id = uuid4()
    [first] = tell_ada(a_paid_order(), event_id)

    [second] = tell_ada(a_paid_order(), event_id)

    assert second == first
    assert second.text == first.text


@pytest.mark.django_db
def test_an_event_seen_again_after_the_user_has_chosen_more_channels_sends_nothing_more() -> None:
    event_id, user_id = uuid4(), uuid4()
    tell_ada(a_paid_order(), event_id, user_id)
    update_preferences(user_id=user_id, changes={Kind.ORDER_PAID: BOTH})

    assert len(tell_ada(a_paid_order(), event_id, user_id)) == 1


@pytest.mark.django_db(transaction=True)
def test_an_event_seen_by_two_workers_at_once_gives_one_message() -> None:
    event_id, contacts = uuid4(), ContactsForTwo()

    with ThreadPoolExecutor(2) as pool:
        told = [pool.submit(tell_and_disconnect, event_id, contacts) for _ in range(2)]

    assert [each.exception() for each in told] == [None, None]
    assert Notification.objects.get().event_id == event_id


def tell_and_disconnect(event_id: UUID, contacts: Contacts, news: News | None = None) -> None:
    try:
        tell(event_id=event_id, user_id=uuid4(), news=news or a_paid_order(), contacts=contacts)
    finally:
        connections.close_all()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Kind.ORDER_PAID, Kind.ORDER_CANCELLED])
def test_what_happens_to_an_order_once_is_told_once_whatever_announces_it_again(kind: Kind) -> None:
    news, user_id = some_news(kind), uuid4()
    [first] = tell_ada(news, user_id=user_id)
    update_preferences(user_id=user_id, changes={kind: BOTH})

    assert tell_ada(news, user_id=user_id) == []

    assert Notification.objects.get() == first
    assert tell_ada(some_news(kind), user_id=user_id), "another order is told of as well"


@pytest.mark.django_db(transaction=True)
def test_two_announcements_at_once_that_an_order_is_paid_give_one_message() -> None:
    news, contacts = a_paid_order(), ContactsForTwo()

    with ThreadPoolExecutor(2) as pool:
        told = [pool.submit(tell_and_disconnect, uuid4(), contacts, news) for _ in range(2)]

    assert [each.exception() for each in told] == [None, None]
    assert Notification.objects.get().order_id == news.order_id


@pytest.mark.django_db
def test_every_refund_of_an_order_is_told() -> None:
    news = some_news(Kind.ORDER_REFUNDED)

    for _ in range(2):
        [told] = tell_ada(news)

    assert Notification.objects.filter(order_id=told.order_id).count() == 2


@pytest.mark.django_db
def test_no_defect_can_store_a_second_message_of_a_paid_order() -> None:
    order_id = uuid4()
    for channel in Channel:
        a_notification(order_id=order_id, channel=channel)

    with pytest.raises(IntegrityError), transaction.atomic():
        a_notification(order_id=order_id)


@pytest.mark.django_db
def test_whoever_asks_for_it_again_gets_the_message_that_was_first_stored() -> None:
    user_id, news = uuid4(), a_paid_order()
    [first] = tell_ada(news, user_id=user_id)

    assert send_notification(user_id=user_id, news=news, contact=ADA) == first


@pytest.mark.django_db
def test_an_unknown_buyer_is_refused_and_nothing_is_stored() -> None:
    with pytest.raises(UserNotFound):
        tell_ada(a_paid_order(), user_id=NOBODY)

    assert not Notification.objects.exists()


@pytest.mark.django_db
def test_who_wants_both_channels_gets_the_same_news_by_each() -> None:
    user_id = uuid4()
    update_preferences(user_id=user_id, changes={Kind.ORDER_PAID: BOTH})

    mail, text = tell_ada(a_paid_order(), user_id=user_id)

    assert (mail.channel, mail.recipient) == (Channel.EMAIL, ADA.email)
    assert (text.channel, text.recipient, text.subject, text.html) == (Channel.SMS, ADA.phone, "", "")
    assert "EUR 12.50" in mail.text
    assert "EUR 12.50" in text.text


@pytest.mark.django_db
@pytest.mark.parametrize("kind", Kind)
def test_who_wants_no_channel_for_a_kind_is_not_told_of_it(kind: Kind) -> None:
    user_id = uuid4()
    update_preferences(user_id=user_id, changes={kind: []})

    assert tell_ada(some_news(kind), user_id=user_id) == []
    assert all(tell_ada(some_news(other), user_id=user_id) for other in Kind if other != kind)


@pytest.mark.django_db
def test_text_messages_alone_without_a_number_become_mails() -> None:
    user_id = uuid4()
    update_preferences(user_id=user_id, changes={Kind.WELCOME: [Channel.SMS]})

    contacts = FakeContacts(replace(ADA, phone=""))
    tell(event_id=uuid4(), user_id=user_id, news=some_news(Kind.WELCOME), contacts=contacts)

    assert Notification.objects.get().channel == Channel.EMAIL


@pytest.mark.django_db
def test_at_first_everybody_is_told_of_everything_by_mail() -> None:
    assert get_preferences(user_id=uuid4()) == {kind: [Channel.EMAIL] for kind in Kind}


@pytest.mark.django_db
def test_changing_one_kind_leaves_the_others_and_everybody_else() -> None:
    user_id, other_id = uuid4(), uuid4()
    update_preferences(user_id=user_id, changes={Kind.WELCOME: [], Kind.ORDER_PAID: [Channel.SMS]})

    update_preferences(user_id=user_id, changes={Kind.ORDER_PAID: [Channel.SMS, Channel.EMAIL]})

    usual = {kind: [Channel.EMAIL] for kind in Kind}
    assert get_preferences(user_id=user_id) == {**usual, Kind.WELCOME: [], Kind.ORDER_PAID: BOTH}
    assert get_preferences(user_id=other_id) == usual


@pytest.mark.django_db
def test_staff_are_told_of_low_stock_in_one_mail_to_all(settings: Settings) -> None:
    settings.STOCK_ALERTS_TO = ["buyer@shop.example", "second@shop.example"]
    event_id = uuid4()

    for _ in range(2):
        tell_staff(event_id=event_id, news=some_news(Kind.STOCK_LOW))

    told = Notification.objects.get()
    assert (told.kind, told.user_id) == (Kind.STOCK_LOW, None)
    assert told.recipient == "buyer@shop.example, second@shop.example"
    assert "Mug" in told.subject


@pytest.mark.django_db
def test_where_no_address_is_set_nobody_is_told_of_low_stock(settings: Settings) -> None:
    settings.STOCK_ALERTS_TO = []

    tell_staff(event_id=uuid4(), news=some_news(Kind.STOCK_LOW))

    assert not Notification.objects.exists()


@pytest.mark.django_db
def test_sending_returns_the_mail_where_there_are_both() -> None:
    user_id = uuid4()
    update_preferences(user_id=user_id, changes={Kind.WELCOME: BOTH})

    sent = send_notification(user_id=user_id, news=some_news(Kind.WELCOME), contact=ADA)

    assert sent.channel == Channel.EMAIL
    assert Notification.objects.count() == 2


@pytest.mark.django_db
def test_sending_what_is_not_wanted_is_refused() -> None:
    user_id = uuid4()
    update_preferences(user_id=user_id, changes={Kind.WELCOME: []})

    with pytest.raises(NotificationNotWanted):
        send_notification(user_id=user_id, news=some_news(Kind.WELCOME), contact=ADA)

    assert not Notification.objects.exists()


@pytest.mark.django_db
def test_a_user_is_listed_only_what_they_were_told() -> None:
    user_id = uuid4()
    mine = a_notification(user_id=user_id)
    a_notification()

    assert list(list_notifications(user_id=user_id)) == [mine]
