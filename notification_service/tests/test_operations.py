"""Messages, against the database."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connections

from notifications.errors import UserNotFound
from notifications.models import Channel, Kind, Notification, Status
from notifications.operations import Contacts, list_notifications, tell_order_paid
from notifications.values import PaidOrder
from tests.fakes import ADA, NOBODY, ContactsForTwo, FakeContacts, a_notification, a_paid_order


@pytest.mark.django_db
def test_the_buyer_of_a_paid_order_gets_a_mail_that_is_due() -> None:
    event_id, order = uuid4(), a_paid_order()

    tell_order_paid(event_id=event_id, order=order, contacts=FakeContacts())

    told = Notification.objects.due().get()
    assert (told.event_id, told.user_id, told.kind, told.channel) == (event_id, order.user_id, Kind.ORDER_PAID, "EMAIL")
    assert (told.recipient, told.language, told.channel) == (ADA.email, ADA.language, Channel.EMAIL)
    assert told.status == Status.PENDING
    assert told.sent_at is None
    assert "EUR 12.50" in told.subject
    assert "2 x Mug" in told.text
    assert "<td" in told.html


@pytest.mark.django_db
def test_an_event_seen_twice_leaves_the_first_message_as_it_was_worded() -> None:
    event_id = uuid4()
    first = tell_order_paid(event_id=event_id, order=a_paid_order(), contacts=FakeContacts())

    second = tell_order_paid(event_id=event_id, order=a_paid_order(), contacts=FakeContacts())

    assert second == first
    assert Notification.objects.get().text == first.text


@pytest.mark.django_db(transaction=True)
def test_an_event_seen_by_two_workers_at_once_gives_one_message() -> None:
    event_id, order, contacts = uuid4(), a_paid_order(), ContactsForTwo()

    with ThreadPoolExecutor(2) as pool:
        told = [pool.submit(tell, event_id, order, contacts) for _ in range(2)]

    assert {each.result() for each in told} == {Notification.objects.get().id}


def tell(event_id: UUID, order: PaidOrder, contacts: Contacts) -> UUID:
    try:
        return tell_order_paid(event_id=event_id, order=order, contacts=contacts).id
    finally:
        connections.close_all()


@pytest.mark.django_db
def test_an_unknown_buyer_is_refused_and_nothing_is_stored() -> None:
    with pytest.raises(UserNotFound):
        tell_order_paid(event_id=uuid4(), order=a_paid_order(user_id=NOBODY), contacts=FakeContacts())

    assert not Notification.objects.exists()


@pytest.mark.django_db
def test_a_user_is_listed_only_what_they_were_told() -> None:
    mine = a_notification()
    a_notification()

    assert list(list_notifications(user_id=mine.user_id)) == [mine]
