"""What the errors of mail backends say about the mail: Django's for SMTP, and Anymail's for everybody's HTTP API."""

import smtplib

from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)

from notifications.sending import NotTaken, Refused, SendingFailed, Unanswered, never_connected, refuses


def answer_of(error: Exception) -> SendingFailed:
    """An error that came after a mail was handed over, in this service's words.

    A server that refuses the login, the sender or everything stops all mail, and no mail is to blame.
    """
    if isinstance(error, SendingFailed):
        return error
    return _outcome(error)(kind_of(error))


def kind_of(error: Exception) -> str:
    """The kind of an error, with what the provider said in numbers alone: its words repeat the address."""
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=recipients):
            codes = " ".join(sorted({str(code) for code, _ in recipients.values()}))
        case smtplib.SMTPResponseException(smtp_code=code):
            codes = str(code)
        case AnymailAPIError(status_code=int(status)):
            codes = str(status)
        case _:
            codes = ""
    return f"{type(error).__name__} {codes}".strip()


def _outcome(error: Exception) -> type[SendingFailed]:
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=recipients):
            return Refused if all(code >= 500 for code, _ in recipients.values()) else NotTaken
        case smtplib.SMTPDataError(smtp_code=code):
            return Refused if int(code) >= 500 else NotTaken
        case AnymailRecipientsRefused() | AnymailInvalidAddress():
            return Refused
        case smtplib.SMTPResponseException():
            return NotTaken
        case AnymailUnsupportedFeature() | AnymailSerializationError() | AnymailConfigurationError():
            return NotTaken
        case AnymailAPIError(status_code=int(status)):
            return NotTaken if refuses(status) else Unanswered
    return NotTaken if never_connected(error) else Unanswered
