"""What an operation refuses: what its contract says, and what the edge and the wrapper add."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import responses
from typing import Any

from google.rpc import code_pb2

from chassis.access import StaffOnly, TokenMissing
from chassis.clients import NeighbourUnavailable
from chassis.contract import Method, Route
from chassis.edge.errors import (
    MalformedRequest,
    NotAcceptable,
    RequestTimeout,
    RequestTooLarge,
    UnsupportedMediaType,
)
from chassis.edge.problems import EXACT_STATUS
from chassis.errors import DatabaseUnavailable, DeadlineExceeded, Internal, InvalidArgument, Refusal
from chassis.idempotency.once import RequestIdReused
from chassis.keys import KeysUnavailable
from chassis.overload import ServerOverloaded
from chassis.sessions import SessionExpired
from chassis.status import HTTP_STATUS
from chassis.tokens import TokenExpired, TokenInvalid
from shop.common.v1 import access_pb2

ALWAYS = (MalformedRequest, InvalidArgument, Internal, DatabaseUnavailable, ServerOverloaded, DeadlineExceeded)
COMMON = Refusal.domain()
# What servers refuse with. Of the others, CANCELLED may as well be where an order stands.
CODES = frozenset(kind.code for kind in Refusal.__subclasses__())
OF_BODIES = (RequestTimeout, RequestTooLarge, UnsupportedMediaType)
OF_TOKENS = (TokenMissing, TokenInvalid, TokenExpired, SessionExpired, KeysUnavailable, NeighbourUnavailable)


@dataclass(frozen=True, slots=True)
class Reason:
    """One way in which a call is refused."""

    status: int  # Of HTTP.
    code: str  # As in "NOT_FOUND".
    name: str  # As in "ORDER_NOT_FOUND".


def reasons(method: Method, route: Route, comment: str) -> list[Reason]:
    """Everything that is known to be refused, each once; `comment` is the method's."""
    return list(dict.fromkeys([*map(_reason, _general(method, route)), *spoken_reasons(comment)]))


def spoken_reasons(comment: str) -> Iterator[Reason]:
    """What a comment names: `NOT_FOUND (ORDER_NOT_FOUND)`, or `NOT_FOUND: ORDER_NOT_FOUND if …`."""
    code, named = "", True
    for word in re.findall(r"\b[A-Z][A-Z_]+\b", comment):
        if word in CODES:
            if not named:
                yield _spoken(code, code)
            code, named = word, False
        elif code and "_" in word:
            yield _spoken(code, word)
            named = True
    if not named:
        # A code without a reason of its own is that of the chassis.
        yield _spoken(code, code)


def problem(reason: Reason) -> dict[str, Any]:
    """The body of such a refusal."""
    kind = _known_refusals().get(reason.name)
    return {
        "type": "about:blank",
        "title": responses[reason.status],
        "status": reason.status,
        "detail": " ".join((kind.__doc__ or "").split()) if kind else "",
        "code": reason.code,
        "reason": reason.name,
        "domain": kind.domain() if kind else "",
        "metadata": {},
        "correlation_id": "5e1f3b0c9a7d4e6f8b2a1c0d9e8f7a6b",
    }


def _general(method: Method, route: Route) -> Iterator[type[Refusal]]:
    yield from ALWAYS
    if route.body:
        yield from OF_BODIES
    if method.descriptor.server_streaming:
        yield NotAcceptable
    if method.access.level in (access_pb2.ACCESS_USER, access_pb2.ACCESS_STAFF):
        yield from OF_TOKENS
    if method.access.level == access_pb2.ACCESS_STAFF:
        yield StaffOnly
    if method.takes_request_id:
        yield RequestIdReused


def _reason(refusal: type[Refusal]) -> Reason:
    return Reason(EXACT_STATUS.get(refusal) or _http_status(refusal.code), refusal.code, refusal.reason())


def _spoken(code: str, name: str) -> Reason:
    return Reason(_http_status(code), code, name)


def _http_status(code: str) -> int:
    return HTTP_STATUS[code_pb2.Code.Value(code)]


def _known_refusals() -> dict[str, type[Refusal]]:
    """Every refusal of this process by its reason; where the chassis has one of a service's name, the service's."""
    found: list[type[Refusal]] = [Refusal]
    for kind in found:  # Grows meanwhile, until it holds the whole tree.
        found += kind.__subclasses__()
    return {kind.reason(): kind for kind in sorted(found, key=lambda kind: kind.domain() != COMMON)}
