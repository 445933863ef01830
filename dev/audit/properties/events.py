"""S7, the first half: what happens is announced once, and what is announced arrives once."""

from collections import Counter
from collections.abc import Iterator

from dev.audit.evidence import Evidence, Order
from dev.audit.properties.declared import Fault
from orders.saga import State

ANNOUNCER, SUBSCRIBER = "order_service", "notification_service"


def announced_once(evidence: Evidence) -> Iterator[Fault]:
    """An order's end and its refunds are announced once to each subscriber, and what did not happen to nobody."""
    told = Counter(
        (message.subscriber, message.subject_id, message.event_type)
        for message in evidence.outbox
        if message.service == ANNOUNCER
    )
    others = {subscriber for subscriber, _, _ in told} - {SUBSCRIBER}
    for order in evidence.orders:
        for event_type, times in _due(order).items():
            if (found := told[SUBSCRIBER, order.id, event_type]) != times:
                yield order.id, f"is {order.state}, and {event_type} is announced {found} times instead of {times}"
            # Who has subscribed since missed what was before.
            for other in others:
                if (found := told[other, order.id, event_type]) > times:
                    yield order.id, f"is {order.state}, and {event_type} is announced {found} times to {other}"


def announced_of_orders(evidence: Evidence) -> Iterator[Fault]:
    """There is an order for whatever is announced of one, and nobody is told twice by one id."""
    for message in evidence.outbox:
        if message.service == ANNOUNCER and message.subject_id not in evidence.order:
            yield message.subject_id, f"{message.event_type} is announced, but there is no such order"
    ids = Counter((message.event_id, message.subscriber) for message in evidence.outbox)
    for (event_id, subscriber), count in ids.items():
        if count > 1:
            yield f"event {event_id}", f"is announced {count} times to {subscriber}"


def delivered(evidence: Evidence) -> Iterator[Fault]:
    """What a subscriber is said to have, it has."""
    arrived = {(message.service, message.event_id) for message in evidence.inbox}
    for message in evidence.outbox:
        if message.state != "done" or message.event_id in evidence.moving:
            continue
        if (message.subscriber, message.event_id) not in arrived:
            yield message.subject_id, f"{message.event_type} is said to be delivered, but {message.subscriber} lacks it"


def taken_in_once(evidence: Evidence) -> Iterator[Fault]:
    """A subscriber has only what was announced to it, as it was announced, and once."""
    announced = {
        (message.subscriber, message.event_id): (message.subject_id, message.event_type) for message in evidence.outbox
    }
    for message in evidence.inbox:
        about = announced.get((message.service, message.event_id))
        if about is None:
            yield message.subject_id, f"{message.service} was told of {message.event_type}, which nobody announced"
        elif about != (message.subject_id, message.event_type):
            yield message.subject_id, f"{message.service} took {about[1]} of {about[0]} for {message.event_type} of it"
    for (service, event_id), count in Counter((each.service, each.event_id) for each in evidence.inbox).items():
        if count > 1:
            yield f"event {event_id}", f"is taken in {count} times by {service}"


def _due(order: Order) -> dict[str, int]:
    refunds = sum(refund.state == State.REFUNDED for refund in order.refunds)
    return {
        "order_paid": int(order.state == State.PAID),
        "order_cancelled": int(order.state == State.CANCELLED),
        "order_refunded": refunds,
    }
