"""How an event reaches a subscriber: a call of its Deliver method. A broker would replace this file."""

import grpc

from chassis.clients import channel
from shop.events.v1.events_pb2 import DeliverRequest, Event
from shop.events.v1.events_pb2_grpc import EventServiceStub

TIMEOUT = 2.0  # Seconds.

# The subscriber has read the event and will not have it. Any other end of a call says nothing about the event.
REFUSED = {
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.ALREADY_EXISTS,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.UNAUTHENTICATED,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.OUT_OF_RANGE,
    grpc.StatusCode.UNIMPLEMENTED,
}


class Undelivered(Exception):  # noqa: N818  An outcome, not an error of ours.
    """Nobody knows whether the subscriber has the event: deliver it again."""


class Refused(Exception):  # noqa: N818
    """The subscriber will not have the event, and asking again hardly helps."""


def deliver(subscriber: str, event: Event) -> None:
    """Return once `subscriber` has stored `event`. Raises Undelivered or Refused."""
    try:
        # The outbox is the one that waits and repeats; a call that waits would only hold up other subscribers.
        EventServiceStub(channel(subscriber)).Deliver(
            DeliverRequest(event=event), timeout=TIMEOUT, wait_for_ready=False
        )
    except grpc.RpcError as error:
        outcome = Refused if error.code() in REFUSED else Undelivered
        raise outcome(f"{error.code().name}: {error.details()}") from error
