from collections.abc import Callable, Iterator
from uuid import uuid4

import grpc
import pytest
from pytest_django import Settings

from chassis.clients import channel_to
from chassis.inbox.models import InboxMessage
from chassis.inbox.registry import consumer_of, consumes
from chassis.inbox.servicer import EventServicer
from chassis.outbox.relay import relay
from chassis.stored_event import State
from chassis.testing import at_once, serving
from chassis.tests.consumer import remember
from chassis.tests.events import paid, pay
from shop.events.v1 import events_pb2_grpc
from shop.events.v1.events_pb2 import DeliverRequest, Event, OrderCancelled

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Event], None]


@pytest.fixture
def target(settings: Settings) -> Iterator[str]:
    settings.SERVICE_NAME = "order_service"
    with serving(
        lambda server: events_pb2_grpc.add_EventServiceServicer_to_server(EventServicer.as_servicer(), server)
    ) as address:
        yield address


@pytest.fixture
def deliver(target: str) -> Iterator[Deliver]:
    with channel_to(target) as channel:
        stub = events_pb2_grpc.EventServiceStub(channel)
        yield lambda event: stub.Deliver(DeliverRequest(event=event)) and None


def test_an_event_is_stored_before_the_answer(deliver: Deliver) -> None:
    event = paid()

    deliver(event)

    row = InboxMessage.objects.due().get()
    assert (str(row.event_id), str(row.subject_id), row.event_type) == (event.event_id, event.subject_id, "order_paid")
    assert Event.FromString(bytes(row.payload)) == event
    assert row.state == State.PENDING


def test_an_event_that_comes_twice_is_taken_in_once(deliver: Deliver) -> None:
    event = paid()
    deliver(event)
    InboxMessage.objects.get().finish(state=State.DONE)

    deliver(event)

    assert InboxMessage.objects.get().state == State.DONE


def test_an_event_that_comes_several_times_at_once_is_taken_in_once(deliver: Deliver) -> None:
    event = paid()

    at_once(lambda _: deliver(event), 4)

    assert InboxMessage.objects.count() == 1


def test_an_event_nobody_here_consumes_is_accepted_and_done(deliver: Deliver) -> None:
    event = paid()
    event.order_cancelled.CopyFrom(OrderCancelled(order_id=event.subject_id, user_id=str(uuid4())))

    deliver(event)

    assert InboxMessage.objects.get().state == State.DONE
    assert not InboxMessage.objects.due().exists()


def test_an_event_that_says_nothing_is_refused(deliver: Deliver) -> None:
    event = paid()
    event.ClearField("order_paid")

    with pytest.raises(grpc.RpcError) as refusal:
        deliver(event)

    assert refusal.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert not InboxMessage.objects.exists()


def test_what_the_outbox_sends_the_inbox_takes_in(target: str, settings: Settings) -> None:
    settings.NEIGHBOURS = {"notification_service": target}
    settings.SUBSCRIPTIONS = {"order_paid": ["notification_service"]}
    order_id = uuid4()
    pay(order_id)

    assert relay() == 1
    assert InboxMessage.objects.get().subject_id == order_id


def test_an_event_type_has_one_consumer() -> None:
    with pytest.raises(ValueError, match="consumer already: remember"):
        consumes("order_paid")(remember)
    assert consumer_of("order_paid") is remember


@pytest.mark.parametrize("unknown", ["order_payed", "event_id"])
def test_a_consumer_of_what_no_contract_has_is_a_mistake(unknown: str) -> None:
    with pytest.raises(ValueError, match="no event is called"):
        consumes(unknown)(remember)
