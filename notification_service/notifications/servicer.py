"""Answers shop.notifications.v1.NotificationService. Translates; operations.py decides."""

from grpc import ServicerContext

from chassis import call
from chassis.paging import page_for
from chassis.servicer import Service
from notifications import operations
from notifications.mapping import notification_to_proto
from shop.notifications.v1 import notifications_pb2, notifications_pb2_grpc


class NotificationServicer(Service, notifications_pb2_grpc.NotificationServiceServicer):
    """Who was told what, as protos/shop/notifications/v1/notifications.proto promises it."""

    def ListNotifications(
        self, request: notifications_pb2.ListNotificationsRequest, context: ServicerContext
    ) -> notifications_pb2.ListNotificationsResponse:
        listed = operations.list_notifications(user_id=call.caller().subject)
        page = page_for(request, listed, order=("-created_at", "-id"))
        return notifications_pb2.ListNotificationsResponse(
            notifications=[notification_to_proto(notification) for notification in page.items],
            next_page_token=page.next_token,
        )
