"""Sends the mails that are due.

At least once: if the worker dies or the connection breaks after the mail server took a mail and before that is
stored, the mail stays due and is sent again. Both copies carry the same Message-ID, by which a server or a reader's
program can drop the second; one that does not look shows both. Only a provider that takes idempotency keys makes it
exactly once.
"""

import smtplib
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from notifications.models import Notification

log = structlog.get_logger("notifications.delivery")


class NoMailAddress(Exception):  # noqa: N818  Named for what it says of the recipient.
    """No mail server could make anything of this address."""


def send_due() -> int:
    """Try to send one mail that is due; a worker task. Returns how many there were: 0 or 1.

    One at a time: mail servers are slow, and a worker told to stop does so after the mail in hand.
    """
    notification = Notification.objects.due().first()
    if notification is None:
        return 0
    if notification.claim(timedelta(seconds=settings.LEASE)):
        _send(notification)
    return 1


def _send(notification: Notification) -> None:
    """Send one claimed mail, outside a transaction: a mail cannot be rolled back."""
    with structlog.contextvars.bound_contextvars(notification_id=str(notification.id), kind=notification.kind):
        try:
            _mail(notification).send()
        except Exception as error:  # noqa: BLE001  A backend may raise anything; the row keeps the mail either way.
            _not_sent(notification, error)
        else:
            notification.mark_sent()
            log.info("mail.sent")


def _not_sent(notification: Notification, error: Exception) -> None:
    name = type(error).__name__
    if _is_final(error):
        notification.mark_failed(f"{name}: {error}")
        log.error("mail.failed", error=name)
    else:
        notification.postpone(f"{name}: {error}")
        # Only the name: what servers say repeats the address.
        log.warning("mail.postponed", error=name, attempts=notification.attempts)


def _mail(notification: Notification) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject=notification.subject,
        body=notification.text,
        to=[_address(notification.recipient)],
        headers={
            "Message-ID": f"<{notification.id}@{settings.MESSAGE_ID_DOMAIN}>",
            # Keeps out-of-office programs from answering (RFC 3834).
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(notification.html, "text/html")
    return mail


def _address(recipient: str) -> str:
    # The backends raise ValueError for this, and for a wrong sender as well, which is no fault of the recipient's.
    try:
        Address(addr_spec=recipient)
    except (ValueError, IndexError, MessageError) as error:
        raise NoMailAddress(recipient) from error
    return recipient


def _is_final(error: Exception) -> bool:
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
