"""What is done for every event and every message costs the same however many there have been."""

from uuid import uuid4

import pytest

from chassis.query_plans import sqlite_only, statements, walked
from notifications.bounces import bounced
from notifications.operations import tell
from shop.events.v1.events_pb2_grpc import EventServiceStub
from tests.fakes import FakeContacts, a_paid_order, an_event
from tests.telling import deliver, work


@sqlite_only
@pytest.mark.usefixtures("user_service")
def test_telling_sending_and_bouncing_read_by_an_index(events: EventServiceStub) -> None:
    event_id, user_id, news = uuid4(), uuid4(), a_paid_order()
    deliver(events, an_event())

    with statements() as asked:
        for _ in range(2):
            tell(event_id=event_id, user_id=user_id, news=news, contacts=FakeContacts())
        work()
        bounced(reason="bounced", message_id="<1@mail.example>")

    assert any("INSERT" in sql for sql, _ in asked)
    assert walked(asked) == []
