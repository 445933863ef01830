"""What an audit looks at: plain values, whoever they come from.

`reading.py` takes them from the databases of a shop; a simulator makes them of its own world. Ids are any strings that
are the same wherever they mean the same, times are seconds on one clock, money is in minor units. States, kinds and
reasons are the words that the services store.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from dev.audit.history import Told

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What an order, or its reservation, has of one product."""

    product_id: str
    quantity: int
    unit_price_minor: int | None  # None until it is held.


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """An entry of an order's timeline that made a version of the order."""

    version: int
    kind: str  # As in "placed".
    state_before: str  # Of the order, or of the refund if there is one; empty for the first.
    state: str
    call: str = ""  # Of the saga, as in "capture_payment".
    answer: str = ""  # "yes" or "no"; empty if no call brought the order here.
    refund_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money that somebody asked to be paid back."""

    id: str
    asked_by: str
    request_id: str
    amount_minor: int
    state: str
    created_at: float
    due_at: float | None  # When a worker will come to it, at the latest; None for never.


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as order_service has it, in one transaction's view."""

    id: str
    user_id: str
    placed_by: str
    request_id: str
    payment_id: str
    state: str
    version: int
    currency: str  # Empty until the lines are held.
    total_minor: int | None  # None until the lines are held.
    refunded_minor: int
    created_at: float
    due_at: float | None
    lines: tuple[Line, ...] = ()
    timeline: tuple[Transition, ...] = ()  # By version.
    refunds: tuple[Refund, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """Stock set aside for an order, or the note that the order may not have any."""

    order_id: str
    state: str
    currency: str
    total_minor: int
    expires_at: float | None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Something for sale."""

    id: str
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One change of a product's stock."""

    product_id: str
    delta: int
    reason: str
    order_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEntry:
    """Something that happened to a payment, by the provider's own ledger."""

    payment_id: str
    kind: str
    amount_minor: int
    currency: str
    refund_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    """An event on its way from a service to a subscriber."""

    service: str
    subscriber: str
    event_id: str
    subject_id: str
    event_type: str
    state: str
    created_at: float
    due_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxMessage:
    """An event that a service has taken in."""

    service: str
    event_id: str
    subject_id: str
    event_type: str
    state: str
    received_at: float
    due_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A message to somebody."""

    id: str
    event_id: str
    user_id: str | None  # None for what goes to the shop's staff.
    order_id: str | None  # None for what is about no order.
    kind: str
    channel: str
    recipient: str
    status: str
    created_at: float
    due_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEntry:
    """Something that happened to a message, by the provider's own ledger."""

    key: str  # The notification's id.
    kind: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """By which channels a user wants to be told of one kind of thing, as they said last."""

    user_id: str
    kind: str
    channels: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How to reach a user now."""

    user_id: str
    email: str
    phone: str  # Empty if unknown.

    @property
    def addresses(self) -> dict[str, str]:
        """Where messages go, by channel."""
        return {channel: address for channel, address in (("EMAIL", self.email), ("SMS", self.phone)) if address}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an audit may hold against the shop."""

    overdue_after: float = 30.0  # Seconds that a piece of work may take from the moment it is stored.
    longest_wait: float = 60.0  # Seconds ahead at which a piece of work may be due.
    dead_letters: int = 0  # How many may be left for a person.
    # Whether nobody has changed a preference, an address or a number since the first order. The databases do not tell
    # what they were before, so without this word a user who ever stated a preference may have been told by any channel.
    customers_unchanged: bool = False


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that the verdict depends on."""

    taken_at: float
    orders: tuple[Order, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    products: tuple[Product, ...] = ()
    movements: tuple[Movement, ...] = ()
    payments: tuple[PaymentEntry, ...] = ()
    outbox: tuple[OutboxMessage, ...] = ()
    inbox: tuple[InboxMessage, ...] = ()
    notifications: tuple[Notification, ...] = ()
    messages: tuple[MessageEntry, ...] = ()
    preferences: tuple[Preference, ...] = ()
    contacts: tuple[Contact, ...] = ()
    told: tuple[Told, ...] = ()
    # Ids of orders, events and messages that changed while the evidence was read: nothing is held against them that
    # takes two databases to know.
    moving: frozenset[str] = frozenset()
    terms: Terms = Terms()

    @cached_property
    def order(self) -> Mapping[str, Order]:
        """Orders by id."""
        return {order.id: order for order in self.orders}

    @cached_property
    def order_of_payment(self) -> Mapping[str, Order]:
        """Orders by the id of their payment."""
        return {order.payment_id: order for order in self.orders}

    @cached_property
    def reservation(self) -> Mapping[str, Reservation]:
        """Reservations by the id of their order."""
        return {reservation.order_id: reservation for reservation in self.reservations}

    @cached_property
    def ledger(self) -> Mapping[str, list[PaymentEntry]]:
        """What happened to each payment, by its id."""
        return grouped(self.payments, lambda entry: entry.payment_id)

    @cached_property
    def event(self) -> Mapping[str, InboxMessage]:
        """What notification_service has taken in, by the event's id."""
        return {message.event_id: message for message in self.inbox if message.service == "notification_service"}

    @cached_property
    def preference(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """The channels that users named, by user and kind of message."""
        return {(each.user_id, each.kind): each.channels for each in self.preferences}

    @cached_property
    def contact(self) -> Mapping[str, Contact]:
        """How to reach users, by id."""
        return {contact.user_id: contact for contact in self.contacts}

    @cached_property
    def accepted(self) -> Counter[str]:
        """How often the provider accepted a message, by the notification's id."""
        return Counter(entry.key for entry in self.messages if entry.kind == "accepted")

    def happened(self, payment_id: str, kind: str) -> list[PaymentEntry]:
        """What of one kind happened to a payment."""
        return [entry for entry in self.ledger.get(payment_id, ()) if entry.kind == kind]


def grouped(things: Iterable[T], by: Callable[[T], str]) -> dict[str, list[T]]:
    """Things in lists, by what they have in common; a key that nothing has is an empty list."""
    groups: dict[str, list[T]] = defaultdict(list)
    for thing in things:
        groups[by(thing)].append(thing)
    return groups
