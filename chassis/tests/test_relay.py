from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import grpc
import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from chassis.errors import FailedPrecondition
from chassis.outbox.models import OutboxMessage
from chassis.outbox.relay import relay
from chassis.servicer import Service
from chassis.stored_event import MOST_REFUSALS, State
from chassis.testing import at_once, serving
from chassis.tests.events import make_due, pay
from shop.events.v1 import events_pb2_grpc
from shop.events.v1.events_pb2 import DeliverRequest, DeliverResponse, Event

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY = "127.0.0.1:1"


class NotThisOne(FailedPrecondition):
    """The subscriber will not have it."""


class Subscriber(Service, events_pb2_grpc.EventServiceServicer):
    """Remembers what it was delivered, or answers with an error if it is given one."""

    delivered: list[Event]
    errors: list[Exception]

    def Deliver(self, request: DeliverRequest, context: grpc.ServicerContext) -> DeliverResponse:
        if self.errors:
            raise self.errors.pop(0)
        self.delivered.append(request.event)
        return DeliverResponse()


class Listening:
    """A subscriber, serving."""

    def __init__(self) -> None:
        self.delivered: list[Event] = []
        self.errors: list[Exception] = []

    def register(self, server: grpc.Server) -> None:
        servicer = Subscriber.as_servicer(delivered=self.delivered, errors=self.errors)
        events_pb2_grpc.add_EventServiceServicer_to_server(servicer, server)


@pytest.fixture
def subscriber(settings: Settings) -> Iterator[Listening]:
    """notification_service, listening to order_paid of order_service."""
    settings.SERVICE_NAME = "order_service"
    settings.SUBSCRIPTIONS = {"order_paid": ["notification_service"]}
    listening = Listening()
    with serving(listening.register) as target:
        settings.NEIGHBOURS = {"notification_service": target, "user_service": NOBODY}
        yield listening


def test_a_committed_event_is_delivered_once(subscriber: Listening) -> None:
    order_id = uuid4()
    pay(order_id)

    assert relay() == 1
    assert relay() == 0
    assert [event.order_paid.order_id for event in subscriber.delivered] == [str(order_id)]
    row = OutboxMessage.objects.get()
    assert row.state == State.DONE
    assert row.settled_at is not None
    assert row.settled_at >= row.created_at


def test_events_of_one_subject_keep_their_order(subscriber: Listening) -> None:
    one, other = uuid4(), uuid4()
    pay(one)
    pay(one)
    pay(other)
    first = OutboxMessage.objects.order_by("id")[0]
    OutboxMessage.objects.filter(pk=first.pk).update(next_attempt_at=Now() + timedelta(minutes=1))

    assert relay() == 1
    assert [event.subject_id for event in subscriber.delivered] == [str(other)]

    make_due(OutboxMessage)
    assert [relay(), relay(), relay()] == [1, 1, 0]
    second = OutboxMessage.objects.filter(subject_id=one).order_by("id")[1]
    assert [event.event_id for event in subscriber.delivered[1:]] == [str(first.event_id), str(second.event_id)]


def test_a_subscriber_that_is_away_is_tried_again_for_ever(subscriber: Listening, settings: Settings) -> None:
    pay(uuid4())
    here, settings.NEIGHBOURS = settings.NEIGHBOURS, {"notification_service": NOBODY}
    for _ in range(MOST_REFUSALS + 1):
        make_due(OutboxMessage)
        assert relay() == 0

    row = OutboxMessage.objects.get()
    assert (row.state, row.attempts, row.refusals) == (State.PENDING, MOST_REFUSALS + 1, 0)
    assert row.settled_at is None
    assert row.last_error.startswith("UNAVAILABLE")

    settings.NEIGHBOURS = here
    make_due(OutboxMessage)
    assert relay() == 1
    assert len(subscriber.delivered) == 1


def test_a_subscriber_that_is_away_holds_up_no_other(subscriber: Listening, settings: Settings) -> None:
    settings.SUBSCRIPTIONS = {"order_paid": ["user_service", "notification_service"]}
    for _ in range(3):
        pay(uuid4())

    assert relay() == 3
    assert len(subscriber.delivered) == 3
    away = OutboxMessage.objects.filter(subscriber="user_service")
    # The first failure ends the round.
    assert sorted(row.attempts for row in away) == [0, 0, 1]


def test_a_subscriber_that_nobody_knows_holds_up_no_other(subscriber: Listening, settings: Settings) -> None:
    settings.SUBSCRIPTIONS = {"order_paid": ["a_typing_error", "notification_service"]}
    pay(uuid4())

    assert relay() == 1
    assert len(subscriber.delivered) == 1
    assert OutboxMessage.objects.get(subscriber="a_typing_error").last_error == "KeyError('a_typing_error')"


def test_a_defect_of_the_subscriber_is_no_refusal(subscriber: Listening) -> None:
    pay(uuid4())
    subscriber.errors.append(ZeroDivisionError())

    assert relay() == 0
    assert (OutboxMessage.objects.get().state, OutboxMessage.objects.get().refusals) == (State.PENDING, 0)


def test_an_event_refused_ten_times_becomes_a_dead_letter_and_the_next_one_goes_on(subscriber: Listening) -> None:
    order_id = uuid4()
    pay(order_id)
    pay(order_id)
    subscriber.errors += [NotThisOne() for _ in range(MOST_REFUSALS)]
    for _ in range(MOST_REFUSALS):
        assert subscriber.delivered == []
        make_due(OutboxMessage)
        relay()

    dead, waiting = OutboxMessage.objects.order_by("id")
    assert (dead.state, dead.next_attempt_at, dead.refusals) == (State.DEAD, None, MOST_REFUSALS)
    assert dead.settled_at is not None
    assert dead.last_error.startswith("FAILED_PRECONDITION: The subscriber will not have it.")
    relay()
    assert [event.event_id for event in subscriber.delivered] == [str(waiting.event_id)]


def test_a_row_whose_relay_died_is_delivered_when_its_lease_runs_out(subscriber: Listening) -> None:
    pay(uuid4())
    assert OutboxMessage.objects.get().claim(timedelta(seconds=30))
    assert relay() == 0

    make_due(OutboxMessage)
    assert relay() == 1
    assert len(subscriber.delivered) == 1


def test_two_relays_deliver_each_event_once(subscriber: Listening) -> None:
    for _ in range(20):
        pay(uuid4())

    assert sum(at_once(lambda _: relay(), 2)) == 20
    assert len({event.event_id for event in subscriber.delivered}) == len(subscriber.delivered) == 20
