"""What the edge refuses before a call begins."""

from collections.abc import Iterable
from itertools import chain

from chassis.errors import (
    DeadlineExceeded,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    Unimplemented,
    Violation,
)
from chassis.validation import summary


class RouteNotFound(NotFound):
    """No method of this service is bound to this path."""


class MethodNotAllowed(Unimplemented):
    """This path does not take this HTTP method."""

    def __init__(self, allow: list[str]) -> None:
        """`allow` lists the HTTP methods that it does take."""
        super().__init__(metadata={"allow": ", ".join(allow)})


class HostNotAllowed(InvalidArgument):
    """This server does not answer for the host that the request names."""


class RequestTooLarge(ResourceExhausted):
    """The body is larger than this server takes."""


class UnsupportedMediaType(InvalidArgument):
    """Send the body as `Content-Type: application/json`, in UTF-8 and not compressed."""


class BodyNotWanted(InvalidArgument):
    """A GET or HEAD request has no body."""


class MalformedHttp(InvalidArgument):
    """This is not HTTP/1.1."""


class HeadTooLarge(ResourceExhausted):
    """The request's target and headers are larger than this server takes."""


class RequestTimeout(DeadlineExceeded):
    """The request did not arrive in time."""


class NotAcceptable(InvalidArgument):
    """This method answers with a stream: accept `text/event-stream` or `application/x-ndjson`."""


class MalformedRequest(InvalidArgument):
    """The request does not fit the contract."""

    def __init__(self, *violations: Violation, also: Iterable[Violation] = ()) -> None:
        """`violations` says where, one at least; `also` are more of them, which need not be in memory at once."""
        super().__init__(summary(list(violations)), violations=chain(violations, also))
