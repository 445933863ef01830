"""E-mail: how a message becomes one, and which failures are final."""

import smtplib
from email.errors import MessageError
from email.headerregistry import Address

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from notifications.models import Notification


class NoMailAddress(Exception):  # noqa: N818  Named for what it says of the recipient.
    """No mail server could make anything of this address."""


def send(notification: Notification) -> None:
    """Hand a message to the mail server. Raises NoMailAddress, and whatever the backend raises."""
    mail = EmailMultiAlternatives(
        subject=notification.subject,
        body=notification.text,
        to=[_address(each) for each in _recipients(notification)],
        headers={
            "Message-ID": f"<{notification.id}@{settings.MESSAGE_ID_DOMAIN}>",
            # Keeps out-of-office programs from answering (RFC 3834).
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(notification.html, "text/html")
    mail.send()


def is_final(error: Exception) -> bool:
    """Whether trying again is pointless: this recipient or this mail is refused for good (5xx).

    A server that refuses the login, the sender or everything stops all mail, which waits until that is mended.
    """
    match error:
        case NoMailAddress():
            return True
        case smtplib.SMTPRecipientsRefused(recipients=recipients):
            return all(code >= 500 for code, _ in recipients.values())
        case smtplib.SMTPDataError(smtp_code=code):
            return int(code) >= 500
    return False


def codes(error: Exception) -> str:
    """What a mail server said, in numbers alone: its words repeat the address."""
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=recipients):
            return " ".join(sorted({str(code) for code, _ in recipients.values()}))
        case smtplib.SMTPResponseException(smtp_code=code):
            return str(code)
    return ""


def _recipients(notification: Notification) -> list[str]:
    # Staff's addresses come from the settings, several on one line. A user has one, whatever it may contain.
    return [notification.recipient] if notification.user_id else notification.recipient.split(", ")


def _address(recipient: str) -> str:
    # The backends raise ValueError for this, and for a wrong sender as well, which is no fault of the recipient's.
    try:
        Address(addr_spec=recipient)
    except (ValueError, IndexError, MessageError) as error:
        raise NoMailAddress(recipient) from error
    return recipient
