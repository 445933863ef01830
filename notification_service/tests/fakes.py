"""Stand-ins for what this service depends on, and things to try it with."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend as Outbox
from grpc import ServicerContext

from chassis.servicer import Service
from notifications.errors import UserNotFound
from notifications.models import Channel, Kind, Notification
from notifications.money import Money
from notifications.values import (
    CancelledOrder,
    Contact,
    LowStock,
    News,
    PaidLine,
    PaidOrder,
    RefundedOrder,
    Welcome,
)
from shop.common.v1 import money_pb2
from shop.events.v1.events_pb2 import Event, OrderedLine, OrderPaid
from shop.users.v1 import users_pb2, users_pb2_grpc

ADA = Contact(email="ada@example.com", phone="+441632960001", language="en-GB")
NOBODY = UUID(int=0)
MEMORY = "django.core.mail.backends.locmem.EmailBackend"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)


def by(*backends: str) -> dict[str, dict[str, Any]]:
    """A value for EMAIL_PROVIDERS or SMS_PROVIDERS: providers with these backends, called "first", "second"…"""
    return {name: {"BACKEND": backend} for name, backend in zip(("first", "second", "third"), backends, strict=False)}


class FakeContacts:
    """Reaches everybody but NOBODY as `contact` says."""

    def __init__(self, contact: Contact = ADA) -> None:
        self.known = contact

    def contact(self, user_id: UUID) -> Contact:
        if user_id == NOBODY:
            raise UserNotFound
        return self.known


class ContactsForTwo(FakeContacts):
    """Answers only once two ask at the same time."""

    def __init__(self) -> None:
        super().__init__()
        self.both = Barrier(2)

    def contact(self, user_id: UUID) -> Contact:
        self.both.wait(timeout=10)
        return super().contact(user_id)


class FakeUserService(Service, users_pb2_grpc.UserServiceServicer):
    """A user_service that knows everybody but NOBODY."""

    def GetContact(self, request: users_pb2.GetContactRequest, context: ServicerContext) -> users_pb2.Contact:
        if UUID(request.user_id) == NOBODY:
            raise UserNotFound
        return users_pb2.Contact(display_name="Ada\nLovelace", email=ADA.email, phone=ADA.phone, language=ADA.language)


class RefusingServer(BaseEmailBackend):
    """A mail server that answers every mail with `error`."""

    error: ClassVar[Exception]

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise self.error


class ServerThatIsAway(RefusingServer):
    """A mail server that cannot be spoken to, because of `error`."""

    def open(self) -> bool:
        raise self.error


class NeverSaysGoodbye(Outbox):
    """Takes mails, and the connection breaks after that."""

    def close(self) -> None:
        raise TimeoutError


class LosesItsFirstAnswer(Outbox):
    """Takes the first mail, and the connection breaks before it says so."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        first = not mail.outbox
        count = super().send_messages(email_messages)
        if first:
            raise ConnectionResetError
        return count


class Killed(BaseException):
    """The end of a worker: nothing that is written for errors runs."""


class KillsItsFirstSender(Outbox):
    """Takes the first mail, and the worker dies before it hears so."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        first = not mail.outbox
        count = super().send_messages(email_messages)
        if first:
            raise Killed
        return count


def a_paid_order(*lines: PaidLine) -> PaidOrder:
    """An order of two mugs at EUR 6.25, unless other lines are given."""
    lines = lines or (PaidLine(product_name="Mug", quantity=2, unit_price=Money("EUR", 625)),)
    total = Money("EUR", sum(line.total.minor_units for line in lines))
    return PaidOrder(order_id=uuid4(), lines=lines, total=total, paid_at=NOON)


def some_news(kind: Kind) -> News:
    """Something that messages of a kind are about."""
    examples: dict[Kind, News] = {
        Kind.WELCOME: Welcome(),
        Kind.ORDER_PAID: a_paid_order(),
        Kind.ORDER_CANCELLED: CancelledOrder(order_id=uuid4(), reason="OUT_OF_STOCK"),
        Kind.ORDER_REFUNDED: RefundedOrder(order_id=uuid4(), amount=Money("EUR", 125_000), refunded_at=NOON),
        Kind.STOCK_LOW: LowStock(product_name="Mug", available_quantity=3),
    }
    return examples[kind]


def an_event(order: PaidOrder | None = None, user_id: UUID | None = None) -> Event:
    """The announcement that an order is paid, as order_service makes it."""
    order = order or a_paid_order()
    paid = OrderPaid(order_id=str(order.order_id), user_id=str(user_id or uuid4()), total=_message(order.total))
    for line in order.lines:
        paid.lines.append(
            OrderedLine(
                product_id=str(uuid4()),
                product_name=line.product_name,
                quantity=line.quantity,
                unit_price=_message(line.unit_price),
            )
        )
    return event_of(paid.order_id, order_paid=paid)


def event_of(subject_id: str, **payload: Any) -> Event:
    """An event with one payload, as in `event_of(user_id, user_registered=UserRegistered(...))`."""
    event = Event(event_id=str(uuid4()), subject_id=subject_id, **payload)
    event.occur_time.FromDatetime(NOON)
    return event


def _message(money: Money) -> money_pb2.Money:
    return money_pb2.Money(currency_code=money.currency_code, minor_units=money.minor_units)


def a_notification(**values: Any) -> Notification:
    """A stored mail to Ada that is due, unless `values` say otherwise."""
    defaults = {
        "event_id": uuid4(),
        "user_id": uuid4(),
        "kind": Kind.ORDER_PAID,
        "channel": Channel.EMAIL,
        "recipient": ADA.email,
        "language": ADA.language,
        "subject": "Your order is paid",
        "text": "Thank you.",
        "html": "<p>Thank you.</p>",
    }
    return Notification.objects.create(**{**defaults, **values})


def a_text_message(**values: Any) -> Notification:
    """A stored text message to Ada that is due, unless `values` say otherwise."""
    defaults = {"channel": Channel.SMS, "recipient": ADA.phone, "subject": "", "text": "Thank you.", "html": ""}
    return a_notification(**{**defaults, **values})
