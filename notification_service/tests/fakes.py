"""Stand-ins for what this service depends on, and things to try it with."""

from collections.abc import Sequence
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
from notifications.values import Contact, PaidLine, PaidOrder
from shop.common.v1 import money_pb2
from shop.events.v1.events_pb2 import Event, OrderedLine, OrderPaid
from shop.users.v1 import users_pb2, users_pb2_grpc

ADA = Contact(display_name="Ada", email="ada@example.com", language="en-GB")
NOBODY = UUID(int=0)


class FakeContacts:
    """Reaches everybody but NOBODY at Ada's address."""

    def contact(self, user_id: UUID) -> Contact:
        if user_id == NOBODY:
            raise UserNotFound
        return ADA


class ContactsForTwo(FakeContacts):
    """Answers only once two ask at the same time."""

    def __init__(self) -> None:
        self.both = Barrier(2)

    def contact(self, user_id: UUID) -> Contact:
        self.both.wait(timeout=10)
        return super().contact(user_id)


class FakeUserService(Service, users_pb2_grpc.UserServiceServicer):
    """A user_service that knows everybody but NOBODY."""

    def GetContact(self, request: users_pb2.GetContactRequest, context: ServicerContext) -> users_pb2.Contact:
        if UUID(request.user_id) == NOBODY:
            raise UserNotFound
        return users_pb2.Contact(display_name="Ada\nLovelace", email=ADA.email, language=ADA.language)


class RefusingServer(BaseEmailBackend):
    """A mail server that answers every mail with `error`."""

    error: ClassVar[Exception]

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise self.error


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


def a_paid_order(*lines: PaidLine, user_id: UUID | None = None) -> PaidOrder:
    """An order of two mugs at EUR 6.25, unless other lines are given."""
    lines = lines or (PaidLine(product_name="Mug", quantity=2, unit_price=Money("EUR", 625)),)
    total = Money("EUR", sum(line.total.minor_units for line in lines))
    return PaidOrder(order_id=uuid4(), user_id=user_id or uuid4(), lines=lines, total=total)


def an_event(order: PaidOrder | None = None) -> Event:
    """The announcement that an order is paid, as order_service makes it."""
    order = order or a_paid_order()
    paid = OrderPaid(order_id=str(order.order_id), user_id=str(order.user_id), total=_message(order.total))
    for line in order.lines:
        paid.lines.append(
            OrderedLine(
                product_id=str(uuid4()),
                product_name=line.product_name,
                quantity=line.quantity,
                unit_price=_message(line.unit_price),
            )
        )
    event = Event(event_id=str(uuid4()), subject_id=paid.order_id, order_paid=paid)
    event.occur_time.GetCurrentTime()
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
