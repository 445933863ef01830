"""How an attempt to send can end other than well. Whoever speaks to a provider raises one of these.

* SendingFailed
  - Refused      the recipient or the message is at fault: nobody will ever take it
  - NotTaken     the provider certainly does not have it: another may, or this one later
  - Unanswered   nobody knows whether the provider has it

Any other error means the same as Unanswered: only what is certain is called certain.
"""

import socket
import ssl
from collections.abc import Iterator
from typing import ClassVar

# django-anymail's backends raise these, by way of requests.
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from notifications.models import Outcome

_NEVER_CONNECTED = (
    ConnectionRefusedError,
    ConnectTimeoutError,
    NewConnectionError,
    socket.gaierror,
    ssl.SSLCertVerificationError,
)


class SendingFailed(Exception):  # noqa: N818  An outcome, not an error of ours.
    """The message was not sent, or nobody knows. The text is the kind of error with the provider's codes.

    It holds nothing personal, as in "SMTPDataError 451": what providers say repeats addresses and numbers.
    """

    outcome: ClassVar[Outcome] = Outcome.UNKNOWN


class Refused(SendingFailed):
    """No provider will ever take this message: its recipient or the message itself is at fault."""

    outcome = Outcome.FAILED


class NotTaken(SendingFailed):
    """The provider certainly does not have the message, and that is no fault of the message."""

    outcome = Outcome.NOT_TAKEN


class Unanswered(SendingFailed):
    """Nobody knows whether the provider has the message."""


def refuses(status: int) -> bool:
    """Whether an HTTP status that is no success says for certain that a request had no effect.

    500, 502 and 504 do not: they also come after the effect, or from something in between that does not know.
    """
    return 300 <= status < 500 or status == 503


def never_connected(error: BaseException) -> bool:
    """Whether there was no connection over which a message could have gone."""
    return any(isinstance(each, _NEVER_CONNECTED) for each in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
