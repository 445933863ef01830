"""E-mail: how a message becomes one, and how it is handed to a provider."""

from email.errors import MessageError
from email.headerregistry import Address
from typing import Any

import structlog
from anymail.message import AnymailMessage
from django.conf import settings
from django.core.mail import get_connection

from notifications import providers
from notifications.mail.answers import answer_of, kind_of
from notifications.models import Channel, Notification
from notifications.sending import NotTaken, Refused

log = structlog.get_logger("notifications.mail")


def send(notification: Notification, provider: str) -> str:
    """Hand a message to a provider. Returns the provider's id of it. Raises Refused, NotTaken, Unanswered."""
    mail = _mail(notification)
    connection = _connected(provider)
    try:
        sent = connection.send_messages([mail])
    except Exception as error:
        raise answer_of(error) from error
    finally:
        _close(connection)
    if not sent:
        raise NotTaken("sent none")
    return _message_id(mail)


def _mail(notification: Notification) -> Any:
    # One of Django's, with room for what only Anymail's backends send along and hear again with a bounce.
    mail = AnymailMessage(
        subject=notification.subject,
        body=notification.text,
        to=[_address(each) for each in _recipients(notification)],
        headers={
            "Message-ID": f"<{notification.id}@{settings.MESSAGE_ID_DOMAIN}>",
            # Keeps out-of-office programs from answering (RFC 3834).
            "Auto-Submitted": "auto-generated",
        },
        metadata={"notification_id": str(notification.id)},
    )
    mail.attach_alternative(notification.html, "text/html")
    return mail


def _connected(provider: str) -> Any:
    """A backend that has reached its server: whatever goes wrong until then, no mail was handed over."""
    path, options = providers.backend(Channel.EMAIL, provider)
    try:
        connection = get_connection(path, **options)
        connection.open()
    except Exception as error:
        raise NotTaken(kind_of(error)) from error
    return connection


def _close(connection: Any) -> None:
    try:
        connection.close()
    except Exception as error:  # noqa: BLE001  The answer has been heard, and a bad goodbye does not change it.
        log.warning("mail.close_failed", error=type(error).__name__)


def _message_id(mail: Any) -> str:
    """What the provider calls the mail: its own id, or to a plain mail server the Message-ID."""
    given = mail.anymail_status.message_id
    # A provider that gives every recipient an id of its own is found by the metadata alone.
    return given if isinstance(given, str) else str(mail.extra_headers["Message-ID"])


def _recipients(notification: Notification) -> list[str]:
    # Staff's addresses come from the settings, several on one line. A user has one, whatever it may contain.
    return [notification.recipient] if notification.user_id else notification.recipient.split(", ")


def _address(recipient: str) -> str:
    # The backends raise ValueError for this, and for a wrong sender as well, which is no fault of the recipient's.
    try:
        Address(addr_spec=recipient)
    except (ValueError, IndexError, MessageError) as error:
        raise Refused("no mail address") from error
    return recipient
