"""From an event that comes in to the mail that goes out, with a user_service to ask."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import grpc
import pytest
from django.core.mail import EmailMessage
from django.db.models.functions import Now
from pytest_django import Settings

from chassis.inbox.models import InboxMessage
from chassis.inbox.processing import process
from chassis.stored_event import MOST_REFUSALS, State
from chassis.testing import as_service, serving
from notifications.models import Notification
from shop.events.v1.events_pb2 import DeliverRequest
from shop.events.v1.events_pb2_grpc import EventServiceStub
from tests.fakes import NOBODY, an_event
from tests.telling import deliver, work


@pytest.mark.usefixtures("user_service")
def test_a_paid_order_becomes_one_mail_however_often_it_is_told(
    events: EventServiceStub, mailoutbox: list[EmailMessage]
) -> None:
    event = an_event()

    deliver(events, event)
    work()
    deliver(events, event)
    work()

    [sent] = mailoutbox
    assert sent.subject == "Your order is paid: EUR 12.50"
    assert sent.body.startswith("Hello,\n")
    assert event.order_paid.order_id in sent.body
    assert Notification.objects.get().event_id == UUID(event.event_id)


@pytest.mark.usefixtures("user_service")
def test_an_event_told_many_times_at_once_becomes_one_mail(
    events: EventServiceStub, mailoutbox: list[EmailMessage]
) -> None:
    event = an_event()

    with ThreadPoolExecutor(4) as pool:
        told = [pool.submit(deliver, events, event) for _ in range(8)]
    work()

    assert all(each.exception() is None for each in told)
    assert len(mailoutbox) == 1


@pytest.mark.usefixtures("user_service")
def test_mails_go_out_in_the_order_in_which_the_orders_were_paid(
    events: EventServiceStub, mailoutbox: list[EmailMessage]
) -> None:
    told = [an_event() for _ in range(3)]
    for event in told:
        deliver(events, event)

    work()

    assert all(event.order_paid.order_id in sent.body for event, sent in zip(told, mailoutbox, strict=True))


@pytest.mark.usefixtures("user_service")
def test_an_order_of_nobody_ends_as_a_dead_letter_and_holds_no_other_up(
    events: EventServiceStub, mailoutbox: list[EmailMessage]
) -> None:
    poison, fine = an_event(user_id=NOBODY), an_event()
    deliver(events, poison)
    deliver(events, fine)

    work()
    assert len(mailoutbox) == 1
    for _ in range(MOST_REFUSALS):
        InboxMessage.objects.filter(state=State.PENDING).update(next_attempt_at=Now())
        work()

    assert InboxMessage.objects.get(event_id=poison.event_id).state == State.DEAD
    assert Notification.objects.get().event_id == UUID(fine.event_id)


def test_a_paid_order_waits_while_user_service_is_away(
    events: EventServiceStub, settings: Settings, request: pytest.FixtureRequest, mailoutbox: list[EmailMessage]
) -> None:
    with serving(lambda _: None) as gone:
        settings.NEIGHBOURS = {"user_service": gone}
    settings.CALL_TIMEOUT = 0.2
    deliver(events, an_event())

    process()
    waiting = InboxMessage.objects.get()
    assert (waiting.state, waiting.refusals) == (State.PENDING, 0)
    assert "NeighbourUnavailable" in waiting.last_error
    assert not Notification.objects.exists()

    request.getfixturevalue("user_service")
    InboxMessage.objects.update(next_attempt_at=Now())
    work()
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("metadata", [(), as_service("notification_service"), as_service("somebody")])
def test_only_services_that_announce_may_deliver(
    events: EventServiceStub, metadata: tuple[tuple[str, str], ...]
) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        events.Deliver(DeliverRequest(event=an_event()), metadata=metadata)

    assert refused.value.code() == grpc.StatusCode.PERMISSION_DENIED
    assert not InboxMessage.objects.exists()


def test_an_event_that_says_nothing_is_refused(events: EventServiceStub) -> None:
    event = an_event()
    event.ClearField("order_paid")

    with pytest.raises(grpc.RpcError) as refused:
        deliver(events, event)

    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert not InboxMessage.objects.exists()
