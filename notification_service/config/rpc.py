"""What this service answers, the gRPC counterpart of urls.py: the wiring, in one place."""

import grpc

from chassis.inbox.servicer import EventServicer
from notifications.clients import UserClient
from notifications.servicer import NotificationServicer
from shop.events.v1.events_pb2_grpc import add_EventServiceServicer_to_server
from shop.notifications.v1.notifications_pb2_grpc import add_NotificationServiceServicer_to_server


def handlers(server: grpc.Server) -> None:
    """Register the servicers. GRPC_FRAMEWORK names this function."""
    add_NotificationServiceServicer_to_server(NotificationServicer.as_servicer(contacts=UserClient()), server)
    add_EventServiceServicer_to_server(EventServicer.as_servicer(), server)
