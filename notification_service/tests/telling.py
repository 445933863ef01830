"""From an event to the messages that are sent, as this service's processes do it together."""

from chassis.inbox.processing import process
from chassis.testing import as_service
from notifications.delivery import send_due
from shop.events.v1.events_pb2 import DeliverRequest, Event
from shop.events.v1.events_pb2_grpc import EventServiceStub


def deliver(events: EventServiceStub, event: Event) -> None:
    """Tell this service of an event, as order_service would."""
    events.Deliver(DeliverRequest(event=event), metadata=as_service("order_service"))


def work() -> None:
    """What the worker does until there is nothing to do."""
    while process() + send_due():
        pass
