"""Answers shop.notifications.v1.NotificationService. Translates; operations.py decides."""

from uuid import UUID

from grpc import ServicerContext

from chassis import call
from chassis.field_masks import masked
from chassis.idempotency.once import once
from chassis.paging import page_for
from chassis.servicer import Service
from notifications import operations
from notifications.mapping import (
    kind_from_proto,
    notification_to_proto,
    preferences_from_proto,
    preferences_to_proto,
)
from notifications.template_values import news_from_strings
from shop.notifications.v1 import notifications_pb2, notifications_pb2_grpc


class NotificationServicer(Service, notifications_pb2_grpc.NotificationServiceServicer):
    """Who was told what, as protos/shop/notifications/v1/notifications.proto promises it."""

    contacts: operations.Contacts

    def ListNotifications(
        self, request: notifications_pb2.ListNotificationsRequest, context: ServicerContext
    ) -> notifications_pb2.ListNotificationsResponse:
        listed = operations.list_notifications(user_id=call.caller().subject)
        page = page_for(request, listed, order=("-created_at", "-id"))
        return notifications_pb2.ListNotificationsResponse(
            notifications=[notification_to_proto(notification) for notification in page.items],
            next_page_token=page.next_token,
        )

    def GetPreferences(
        self, request: notifications_pb2.GetPreferencesRequest, context: ServicerContext
    ) -> notifications_pb2.Preferences:
        return preferences_to_proto(operations.get_preferences(user_id=call.caller().subject))

    def UpdatePreferences(
        self, request: notifications_pb2.UpdatePreferencesRequest, context: ServicerContext
    ) -> notifications_pb2.Preferences:
        named = masked(request.preferences, request.update_mask, {"preferences"})
        changes = preferences_from_proto(request.preferences) if named else {}
        return preferences_to_proto(operations.update_preferences(user_id=call.caller().subject, changes=changes))

    def SendNotification(
        self, request: notifications_pb2.SendNotificationRequest, context: ServicerContext
    ) -> notifications_pb2.Notification:
        user_id = UUID(request.user_id)
        news = news_from_strings(kind_from_proto(request.kind), request.values)
        contact = self.contacts.contact(user_id)
        return once(
            request,
            lambda: notification_to_proto(operations.send_notification(user_id=user_id, news=news, contact=contact)),
        )
