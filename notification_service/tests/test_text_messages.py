"""Text messages: that they fit, and where they go."""

from uuid import uuid4

import pytest
from django.core.mail import EmailMessage

from notifications.delivery import send_due
from notifications.models import Channel, Kind, Status
from notifications.money import Money
from notifications.rendering import LANGUAGES, render
from notifications.sms.backends.base import SmsMessage
from notifications.values import CancelledOrder, LowStock, News, PaidOrder, RefundedOrder
from tests import gsm
from tests.fakes import ADA, NOON, a_text_message, some_news

REASONS = [
    "OUT_OF_STOCK",
    "PRODUCT_NOT_FOUND",
    "MIXED_CURRENCIES",
    "RESERVATION_EXPIRED",
    "PAYMENT_DECLINED",
    "INSUFFICIENT_FUNDS",
    "CAPTURE_REFUSED",
    "CANCELLED_BY_CUSTOMER",
    "CANCELLED_BY_STAFF",
    "SOMETHING_NEW",
]
ORDER_ID = uuid4()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "news",
    [
        *(some_news(kind) for kind in Kind),
        *(CancelledOrder(order_id=ORDER_ID, reason=reason) for reason in REASONS),
        PaidOrder(order_id=ORDER_ID, total=Money("EUR", 10**11)),
        RefundedOrder(order_id=ORDER_ID, amount=Money("EUR", 10**11), refunded_at=NOON),
        LowStock(product_name="Ö" * 200, available_quantity=10**12),
    ],
    ids=lambda news: news.kind,
)
def test_a_text_message_fits_into_one(news: News, language: str) -> None:
    assert gsm.length(render(Channel.SMS, news, language=language).text) <= gsm.LONGEST


@pytest.mark.django_db
def test_a_due_text_message_is_sent_once_to_the_number(
    smsoutbox: list[SmsMessage], mailoutbox: list[EmailMessage]
) -> None:
    notification = a_text_message(text="Größe & Preis")

    assert send_due() == 1
    assert send_due() == 0

    assert smsoutbox == [SmsMessage(message_id=str(notification.id), to=ADA.phone, text="Größe & Preis")]
    assert not mailoutbox
    notification.refresh_from_db()
    assert notification.status == Status.SENT
