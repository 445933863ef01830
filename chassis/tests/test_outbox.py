from uuid import uuid4

import pytest
from django.db import transaction
from pytest_django import Settings

from chassis.outbox.models import OutboxMessage
from chassis.outbox.publishing import publish
from chassis.stored_event import State
from chassis.tests.events import order_paid, pay
from shop.events.v1.events_pb2 import Event

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_event_is_written_once_for_each_subscriber(settings: Settings) -> None:
    settings.SUBSCRIPTIONS = {"order_paid": ["notification_service", "user_service"]}
    order_id = uuid4()

    pay(order_id)

    rows = OutboxMessage.objects.order_by("id")
    assert [row.subscriber for row in rows] == ["notification_service", "user_service"]
    assert {(row.subject_id, row.event_type, row.state) for row in rows} == {(order_id, "order_paid", State.PENDING)}
    [event] = {row.event_id: Event.FromString(bytes(row.payload)) for row in rows}.items()
    assert event[1].event_id == str(event[0])
    assert event[1].occur_time.seconds
    assert event[1].order_paid.order_id == str(order_id)


def test_an_event_without_subscribers_is_not_written() -> None:
    pay(uuid4())

    assert not OutboxMessage.objects.exists()


def test_an_event_is_lost_with_the_transaction_it_tells_of(settings: Settings) -> None:
    settings.SUBSCRIPTIONS = {"order_paid": ["notification_service"]}
    with transaction.atomic():
        pay(uuid4())
        transaction.set_rollback(True)

    assert not OutboxMessage.objects.exists()


def test_publishing_outside_a_transaction_is_refused_with_the_remedy() -> None:
    with pytest.raises(RuntimeError, match=r"transaction\.atomic\(\)"):
        publish(Event(subject_id=str(uuid4()), order_paid=order_paid(uuid4())))


@pytest.mark.parametrize(
    "event",
    [Event(subject_id=str(uuid4())), Event(order_paid=order_paid(uuid4()))],
    ids=["says nothing", "has no subject"],
)
def test_an_event_that_every_subscriber_would_refuse_is_a_mistake(event: Event) -> None:
    with transaction.atomic(), pytest.raises(ValueError, match="breaks its contract"):
        publish(event)
