"""Text messages, by backends shaped like Django's for e-mail: settings.SMS_BACKEND names one."""

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.models import Notification
from notifications.sms.backends.base import BaseSmsBackend, SmsError, SmsMessage, SmsRefused

__all__ = ["SmsError", "SmsRefused", "get_connection", "send"]


def send(notification: Notification) -> None:
    """Hand a message to the provider. Raises SmsError, and SmsRefused if it will never be taken."""
    message = SmsMessage(message_id=str(notification.id), to=notification.recipient, text=notification.text)
    with get_connection() as connection:
        connection.send_messages([message])


def get_connection() -> BaseSmsBackend:
    """The backend that settings.SMS_BACKEND names."""
    backend: type[BaseSmsBackend] = import_string(settings.SMS_BACKEND)
    return backend()
