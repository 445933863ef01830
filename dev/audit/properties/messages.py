"""S7: everybody is told once of what happened to their order, by the message provider's own ledger."""

from collections import Counter
from collections.abc import Iterable, Iterator

from dev.audit.evidence import Evidence, Notification, Order, grouped
from dev.audit.properties.declared import Fault, Property
from dev.audit.properties.events import announced_of_orders, announced_once, delivered, taken_in_once
from orders.saga import State

BY_DEFAULT = frozenset({"EMAIL"})
ABOUT_ORDERS = ("ORDER_PAID", "ORDER_CANCELLED", "ORDER_REFUNDED")
KINDS = {kind.lower(): kind for kind in ABOUT_ORDERS} | {"user_registered": "WELCOME", "stock_low": "STOCK_LOW"}
ONCE_AN_ORDER = ("ORDER_PAID", "ORDER_CANCELLED")  # However often it is announced, or asked for.
TAKEN = ("SENT", "BOUNCED")  # By the provider.


def written_once(evidence: Evidence) -> Iterator[Fault]:
    """An event that was acted on has one message by each channel that the buyer wants."""
    written = grouped(evidence.notifications, lambda message: _told_once(evidence, message))
    for event in evidence.event.values():
        order, kind = evidence.order.get(event.subject_id), KINDS.get(event.event_type)
        if order is None or kind is None:
            continue
        what = order.id if kind in ONCE_AN_ORDER else event.event_id
        found = Counter(message.channel for message in written.get(f"{kind} {what}", ()))
        wanted = wanted_channels(evidence, order.user_id, kind)
        if any(count > 1 for count in found.values()):
            yield order.id, f"its buyer is written {kind} more than once: by {_listed(found.elements())}"
        # All are stored at once, and only then that the event is done.
        elif wanted is not None and set(found) != wanted and (found or event.state == "done"):
            yield order.id, f"its buyer wants {kind} by {_listed(wanted)}, but it is written by {_listed(found)}"


def told_to_the_buyer(evidence: Evidence) -> Iterator[Fault]:
    """A message about an order is to whoever bought it, and tells what is so."""
    for message in evidence.notifications:
        order = evidence.order.get(about(evidence, message))
        if message.kind not in ABOUT_ORDERS or order is None:
            continue
        if not _is_so(order, message.kind):
            yield order.id, f"its buyer is told {message.kind}, but it is {order.state}"
        if message.user_id != order.user_id:
            yield order.id, f"user {message.user_id} is told {message.kind}, but user {order.user_id} bought it"


def told_of_its_event(evidence: Evidence) -> Iterator[Fault]:
    """A message is about what its event is about. Those that no event led to were asked for by a service."""
    for message in evidence.notifications:
        event, name = evidence.event.get(message.event_id), about(evidence, message)
        if event and message.kind != KINDS.get(event.event_type):
            yield name, f"{event.event_type} led to a message {message.kind}"
        if event and event.event_type == "user_registered" and message.user_id != event.subject_id:
            yield name, f"user {message.user_id} is welcomed in the place of user {event.subject_id}"
        if event and message.kind in ABOUT_ORDERS and message.order_id not in (None, event.subject_id):
            yield name, f"message {message.id} is about {message.order_id}, but its event about {event.subject_id}"
        if message.kind in ABOUT_ORDERS and (event or message.order_id) and name not in evidence.order:
            yield name, f"somebody is told {message.kind}, but there is no such order"


def sent_to_the_right_address(evidence: Evidence) -> Iterator[Fault]:
    """A message goes where its user is reached."""
    for message in evidence.notifications if evidence.terms.customers_unchanged else ():
        contact = evidence.contact.get(message.user_id or "")
        if message.user_id and (contact is None or contact.addresses.get(message.channel) != message.recipient):
            yield about(evidence, message), f"message {message.id} goes by {message.channel} to a wrong address"


def accepted_once(evidence: Evidence) -> Iterator[Fault]:
    """The provider accepted a message that is sent, and did so once."""
    for message in evidence.notifications:
        count, name = evidence.accepted[message.id], about(evidence, message)
        what = f"message {message.id} ({message.kind}, {message.channel}) is {message.status}"
        if count > 1:
            yield name, f"{what}, and was accepted {count} times"
        if not count and message.status in TAKEN and message.id not in evidence.moving:
            yield name, f"{what}, but the provider did not accept it"
        if count and message.status == "FAILED":
            yield name, f"{what}, but the provider accepted it"


def accepted_as_written(evidence: Evidence) -> Iterator[Fault]:
    """The provider is given only messages that are written, each by its own channel."""
    written = {message.id: message for message in evidence.notifications}
    for entry in evidence.messages:
        message = written.get(entry.key)
        if message is None:
            yield f"message {entry.key}", f"is {entry.kind} by the provider, but nobody wrote it"
        elif message.channel != entry.channel:
            yield about(evidence, message), f"message {message.id} by {message.channel} went by {entry.channel}"


def wanted_channels(evidence: Evidence, user_id: str, kind: str) -> frozenset[str] | None:
    """By which channels a user must have been told; None if the evidence does not say."""
    said, contact = evidence.preference.get((user_id, kind)), evidence.contact.get(user_id)
    if said is None:
        return BY_DEFAULT
    if contact is None or not evidence.terms.customers_unchanged:
        return None
    # Whoever wants text messages alone, and has no number, is told by mail.
    return said and (said & contact.addresses.keys() or BY_DEFAULT)


def about(evidence: Evidence, message: Notification) -> str:
    """The id of the order that a message is about; the message itself if it is about none that is known."""
    event = evidence.event.get(message.event_id)
    return (event.subject_id if event else message.order_id) or f"message {message.id}"


def _told_once(evidence: Evidence, message: Notification) -> str:
    """What no two messages by one channel have in common."""
    what = about(evidence, message) if message.kind in ONCE_AN_ORDER else message.event_id
    return f"{message.kind} {what}"


def _is_so(order: Order, kind: str) -> bool:
    match kind:
        case "ORDER_PAID":
            return order.state == State.PAID
        case "ORDER_CANCELLED":
            return order.state == State.CANCELLED
    return any(refund.state == State.REFUNDED for refund in order.refunds)


def _listed(channels: Iterable[str]) -> str:
    return " and ".join(sorted(channels)) or "nothing"


S7 = Property(
    "S7",
    "what happened is announced once and told once, to its buyer",
    "events, messages",
    lambda evidence: len(evidence.outbox) + len(evidence.notifications),
    (
        announced_once,
        announced_of_orders,
        delivered,
        taken_in_once,
        written_once,
        told_to_the_buyer,
        told_of_its_event,
        sent_to_the_right_address,
        accepted_once,
        accepted_as_written,
    ),
)
