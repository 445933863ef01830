from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from chassis.errors import DeadlineExceeded, NotFound, Unavailable
from chassis.inbox.models import InboxMessage
from chassis.inbox.processing import process
from chassis.stored_event import MOST_REFUSALS, State
from chassis.testing import at_once
from chassis.tests.consumer import Consumer, the_consumer
from chassis.tests.events import make_due, paid
from shop.events.v1.events_pb2 import Event

pytestmark = pytest.mark.django_db(transaction=True)


class UserUnknown(NotFound):
    """There is no such user."""


@pytest.fixture
def consumer() -> Consumer:
    the_consumer.seen.clear()
    the_consumer.errors.clear()
    return the_consumer


def came_in(*events: Event, event_type: str = "order_paid") -> None:
    for event in events:
        InboxMessage.objects.create(
            event_id=event.event_id,
            subject_id=event.subject_id,
            event_type=event_type,
            payload=event.SerializeToString(),
        )


def hold_back(event: Event) -> None:
    InboxMessage.objects.filter(event_id=event.event_id).update(next_attempt_at=Now() + timedelta(minutes=1))


def process_all() -> None:
    while process():
        pass


def test_an_event_is_acted_on_once(consumer: Consumer) -> None:
    event = paid()
    came_in(event)

    assert [process(), process()] == [1, 0]
    assert consumer.seen == [event]
    assert InboxMessage.objects.get().state == State.DONE


@pytest.mark.parametrize("error", [Unavailable("nobody there"), DeadlineExceeded(), ZeroDivisionError()], ids=repr)
def test_what_may_work_later_is_tried_for_ever(error: Exception, consumer: Consumer) -> None:
    event = paid()
    came_in(event)
    consumer.errors[event.subject_id] = error
    for _ in range(MOST_REFUSALS + 2):
        make_due(InboxMessage)
        process()

    row = InboxMessage.objects.get()
    assert (row.state, row.attempts, row.refusals) == (State.PENDING, MOST_REFUSALS + 2, 0)
    assert row.last_error.startswith(type(error).__name__)

    consumer.errors.clear()
    make_due(InboxMessage)
    process_all()
    assert consumer.seen == [event]


def test_a_poisoned_event_holds_up_no_other_subject(consumer: Consumer) -> None:
    poison, elsewhere = paid(), paid()
    came_in(poison, elsewhere)
    consumer.errors[poison.subject_id] = UserUnknown()

    assert [process(), process()] == [1, 1]
    assert consumer.seen == [elsewhere]


def test_a_poisoned_event_holds_up_its_subject_until_it_is_a_dead_letter(consumer: Consumer) -> None:
    subject = uuid4()
    poison, behind = paid(subject), paid(subject)
    came_in(poison, behind)
    consumer.errors[poison.subject_id] = UserUnknown()
    for _ in range(MOST_REFUSALS):
        make_due(InboxMessage)
        process()

    dead, waiting = InboxMessage.objects.order_by("id")
    assert (dead.state, dead.refusals, dead.next_attempt_at) == (State.DEAD, MOST_REFUSALS, None)
    assert dead.last_error == "UserUnknown: There is no such user."
    assert waiting.attempts == 0

    consumer.errors.clear()
    process_all()
    assert consumer.seen == [behind]


def test_events_of_one_subject_are_acted_on_in_order(consumer: Consumer) -> None:
    subject = uuid4()
    events = [paid(subject) for _ in range(3)]
    came_in(*events)
    hold_back(events[0])
    process_all()
    assert consumer.seen == []

    make_due(InboxMessage)
    process_all()
    assert consumer.seen == events


def test_an_event_whose_worker_died_is_acted_on_when_the_lease_runs_out(consumer: Consumer) -> None:
    event = paid()
    came_in(event)
    assert InboxMessage.objects.get().claim(timedelta(seconds=30))
    assert process() == 0

    make_due(InboxMessage)
    process_all()
    assert consumer.seen == [event]


def test_an_event_that_a_new_release_no_longer_consumes_is_done() -> None:
    came_in(paid(), event_type="stock_low")

    assert process() == 1
    assert InboxMessage.objects.get().state == State.DONE


def test_several_workers_share_the_events_out(consumer: Consumer) -> None:
    events = [paid() for _ in range(12)]
    came_in(*events)

    at_once(lambda _: process_all(), 3)

    assert sorted(event.event_id for event in consumer.seen) == sorted(event.event_id for event in events)
