"""Text messages: how they are handed to a provider, by the backend that settings.SMS_PROVIDERS names for it."""

from django.utils.module_loading import import_string

from notifications import providers
from notifications.models import Channel, Notification
from notifications.sms.backends.base import BaseSmsBackend, SmsMessage


def send(notification: Notification, provider: str) -> str:
    """Hand a message to a provider. Returns the provider's id of it. Raises Refused, NotTaken, Unanswered."""
    path, options = providers.backend(Channel.SMS, provider)
    backend: type[BaseSmsBackend] = import_string(path)
    message = SmsMessage(message_id=str(notification.id), to=notification.recipient, text=notification.text)
    return backend(**options).send(message)
