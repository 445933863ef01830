"""Sends text messages by the HTTP API of Twilio, which other providers imitate: one POST of a form a message."""

import base64
import json
from http.client import HTTPException
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

from notifications.sending import NotTaken, Refused, SendingFailed, Unanswered, never_connected, refuses
from notifications.sms.backends.base import BaseSmsBackend, SmsMessage

# The number or the text will never do. Any other code is about the account, the sender or the moment: messages wait
# until that is mended.
FINAL_CODES = frozenset(
    {
        21211,  # No such number.
        21214,  # The number cannot be reached.
        21217,  # The number is not in E.164.
        21602,  # No text.
        21610,  # The recipient has said STOP.
        21612,  # Not to be reached from this sender.
        21614,  # Not a mobile number.
        21617,  # The text is too long.
    }
)
LONGEST_ANSWER = 65_536  # Bytes; a real one has about 1,000.


class _NoRedirects(HTTPRedirectHandler):
    """A redirect is an error: followed, it would carry the number and the account's token to somebody else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow none."""


_opener = build_opener(_NoRedirects)


class SmsBackend(BaseSmsBackend):
    """Posts to settings.SMS_API_URL as the account, with the token, and from the sender, that settings name."""

    def send(self, message: SmsMessage) -> str:
        """Send a message in one request; Twilio keeps no keys, so that a second one sends it again."""
        try:
            with _opener.open(_request(message), timeout=settings.SMS_TIMEOUT) as answer:
                said = _said(answer)
        except HTTPError as error:
            with error:
                raise _refusal(error.code, _said(error).get("code")) from error
        except (OSError, HTTPException) as error:
            raise _failure(error) from error
        # Something in between that answers everything with "200 OK" has hardly sent anything; nobody knows.
        if not isinstance(sid := said.get("sid"), str):
            raise Unanswered("no sid")
        return sid


def _request(message: SmsMessage) -> Request:
    account = quote(settings.SMS_ACCOUNT, safe="")
    credentials = base64.b64encode(f"{settings.SMS_ACCOUNT}:{settings.SMS_TOKEN}".encode()).decode()
    form = {"To": message.to, "From": settings.SMS_SENDER, "Body": message.text}
    if settings.SMS_CALLBACK_URL:
        form["StatusCallback"] = callback_url(message.message_id)
    return Request(  # noqa: S310  Whoever sets the address may choose its scheme.
        f"{settings.SMS_API_URL}/2010-04-01/Accounts/{account}/Messages.json",
        data=urlencode(form).encode(),
        headers={"Authorization": f"Basic {credentials}", "Accept": "application/json"},
    )


def callback_url(message_id: str) -> str:
    """Where Twilio tells what became of a message."""
    return f"{settings.SMS_CALLBACK_URL}/callbacks/twilio/{message_id}"


def _refusal(status: int, code: Any) -> SendingFailed:
    # Only numbers are kept of what a stranger sends.
    said = f"HTTP {status} code {code}" if isinstance(code, int) else f"HTTP {status}"
    if 400 <= status < 500 and code in FINAL_CODES:
        return Refused(said)
    return NotTaken(said) if refuses(status) else Unanswered(said)


def _failure(error: Exception) -> SendingFailed:
    """What a broken connection means. urllib makes a URLError of whatever happens before it waits for the answer."""
    reason = error.reason if isinstance(error, URLError) else None
    kind = type(reason or error).__name__
    # A request is too short to time out on its way, once there is a connection.
    no_connection = isinstance(reason, TimeoutError) or never_connected(error)
    return NotTaken(kind) if no_connection else Unanswered(kind)


def _said(answer: IO[bytes]) -> dict[str, Any]:
    """The JSON object of an answer; an empty one if it is none."""
    try:
        said = json.loads(answer.read(LONGEST_ANSWER))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
