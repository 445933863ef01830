"""What each event leads to, and by which channels."""

from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from google.protobuf.message import Message
from pytest_django import Settings

from chassis.inbox.models import InboxMessage
from chassis.stored_event import State
from chassis.testing import serving
from notifications.models import Channel, Kind
from notifications.operations import update_preferences
from notifications.sms.backends.base import SmsMessage
from shop.common.v1.money_pb2 import Money
from shop.events.v1.events_pb2 import OrderCancelled, OrderRefunded, StockLow, UserRegistered
from shop.events.v1.events_pb2_grpc import EventServiceStub
from tests.fakes import ADA, an_event, event_of
from tests.telling import deliver, work

USER_ID, ORDER_ID = str(uuid4()), str(uuid4())


@pytest.mark.usefixtures("user_service")
@pytest.mark.parametrize(
    ("payload", "subject", "said"),
    [
        ({"user_registered": UserRegistered(user_id=USER_ID)}, "Welcome to the shop", "Your account is open"),
        (
            {"order_cancelled": OrderCancelled(order_id=ORDER_ID, user_id=USER_ID, reason="OUT_OF_STOCK")},
            "Your order is cancelled",
            "sold out",
        ),
        (
            {
                "order_refunded": OrderRefunded(
                    order_id=ORDER_ID, user_id=USER_ID, amount=Money(currency_code="EUR", minor_units=1250)
                )
            },
            "Your refund: EUR 12.50",
            "on Nov. 22, 2026",
        ),
        (
            {"stock_low": StockLow(product_id=ORDER_ID, product_name="Tea\nBcc: x", available_quantity=3)},
            "Stock is low: Tea Bcc: x",
            "ordered: 3",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_whatever_happens_becomes_one_mail(
    events: EventServiceStub, mailoutbox: list[EmailMessage], payload: dict[str, Message], subject: str, said: str
) -> None:
    event = event_of(USER_ID, **payload)

    for _ in range(2):
        deliver(events, event)
        work()

    [sent] = mailoutbox
    assert sent.subject == subject
    assert said in sent.body
    assert sent.to == (["staff@example.com"] if "stock_low" in payload else [ADA.email])


@pytest.mark.usefixtures("user_service")
def test_who_wants_both_gets_a_mail_and_a_text_message(
    events: EventServiceStub, mailoutbox: list[EmailMessage], smsoutbox: list[SmsMessage]
) -> None:
    user_id = uuid4()
    update_preferences(user_id=user_id, changes={Kind.ORDER_PAID: list(Channel)})
    event = an_event(user_id=user_id)

    deliver(events, event)
    work()

    assert [each.to for each in mailoutbox] == [[ADA.email]]
    assert [each.to for each in smsoutbox] == [ADA.phone]
    assert event.order_paid.order_id in smsoutbox[0].text


def test_who_wants_to_be_told_nothing_is_not_even_asked_for(
    events: EventServiceStub, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    with serving(lambda _: None) as gone:
        settings.NEIGHBOURS = {"user_service": gone}
    user_id = uuid4()
    update_preferences(user_id=user_id, changes={Kind.ORDER_PAID: []})

    deliver(events, an_event(user_id=user_id))
    work()

    assert InboxMessage.objects.get().state == State.DONE
    assert not mailoutbox
