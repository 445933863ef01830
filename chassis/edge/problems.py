"""Every end of a request as an answer: errors are application/problem+json (RFC 9457)."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from google.rpc import status_pb2

from chassis.addresses import client_address
from chassis.call import CORRELATION_KEY, correlation_id
from chassis.edge.context import CallEnded
from chassis.edge.errors import (
    HeadTooLarge,
    MethodNotAllowed,
    NotAcceptable,
    RequestTimeout,
    RequestTooLarge,
    UnsupportedMediaType,
)
from chassis.edge.requests import header
from chassis.errors import Refusal
from chassis.overload import ServerOverloaded
from chassis.status import problem_of, refusal_for, retry_after, status_of

log = structlog.get_logger("chassis.edge")

# Takes the request, the correlation id, and what the path captures by name.
View = Callable[..., HttpResponseBase]
R = TypeVar("R", bound=HttpResponseBase)
MEDIA_TYPE = "application/problem+json"
LONGEST_PATH = 200  # Characters of it in the log.

# HTTP knows these by a status of their own, google.rpc by the nearest code only.
EXACT_STATUS: dict[type[Refusal], int] = {
    MethodNotAllowed: 405,
    NotAcceptable: 406,
    RequestTimeout: 408,
    RequestTooLarge: 413,
    UnsupportedMediaType: 415,
    HeadTooLarge: 431,
    ServerOverloaded: 503,
}


def answering(view: View) -> Callable[..., HttpResponseBase]:
    """`view(request, correlation id)` as a view of Django that never raises: what it does not answer is a problem."""

    def answered(request: HttpRequest, *_: Any, **captured: Any) -> HttpResponseBase:
        correlation = correlation_id([(CORRELATION_KEY, header(request, "X-Request-Id"))])
        try:
            response = view(request, correlation, **captured)
        except CallEnded as ended:
            response = _problem(ended.status, correlation)
        except RequestDataTooBig:
            # The edge's own server does not let it come so far; others may.
            response = _refused(RequestTooLarge(), request.META, correlation)
        except Refusal as refusal:
            response = _refused(refusal, request.META, correlation)
        except Exception as error:
            log.exception("edge.failed", path=request.path, correlation_id=correlation)
            response = _problem(status_of(refusal_for(error, correlation)), correlation)
        # Else Django would add a line of its own for every answer from 400 on.
        response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001
        return _named(response, correlation)

    return answered


def refused(refusal: Refusal, environ: Mapping[str, Any]) -> HttpResponse:
    """The answer to a request that never became Django's, of which `environ` says as much as is known."""
    correlation = correlation_id([(CORRELATION_KEY, str(environ.get("HTTP_X_REQUEST_ID", "")))])
    return _named(_refused(refusal, environ, correlation), correlation)


def problem_details(status: status_pb2.Status, correlation: str, exact_status: int | None = None) -> dict[str, Any]:
    """What a caller reads of a failure. `exact_status` is the HTTP status where google.rpc's code is too coarse."""
    return problem_of(status, exact_status) | {"correlation_id": correlation}


def _named(response: R, correlation: str) -> R:
    """`response`, with the headers that every answer has."""
    response["X-Request-Id"] = correlation
    response.setdefault("Cache-Control", "no-store")
    return response


def _refused(refusal: Refusal, environ: Mapping[str, Any], correlation: str) -> HttpResponse:
    """The answer to what was refused before a call began; calls write their own log line."""
    verb = environ.get("REQUEST_METHOD", "")
    if isinstance(refusal, MethodNotAllowed) and verb == "OPTIONS":
        return _options(refusal)
    # Overload is logged by who refuses for it, once a second.
    if not isinstance(refusal, ServerOverloaded):
        _log(refusal, environ, verb, correlation)
    response = _problem(status_of(refusal), correlation, EXACT_STATUS.get(type(refusal)))
    if isinstance(refusal, MethodNotAllowed):
        response["Allow"] = refusal.metadata["allow"]
    return response


def _log(refusal: Refusal, environ: Mapping[str, Any], verb: str, correlation: str) -> None:
    log.info(
        "edge.refused",
        verb=verb,
        path=environ.get("PATH_INFO", "")[:LONGEST_PATH],
        reason=refusal.reason(),
        address=client_address(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", "")),
        correlation_id=correlation,
    )


def _options(refusal: MethodNotAllowed) -> HttpResponse:
    response = HttpResponse(status=204, headers={"Allow": refusal.metadata["allow"]})
    del response["Content-Type"]
    return response


def _problem(status: status_pb2.Status, correlation: str, exact_status: int | None = None) -> HttpResponse:
    problem = problem_details(status, correlation, exact_status)
    content = json.dumps(problem, ensure_ascii=False)
    response = HttpResponse(content, status=problem["status"], content_type=MEDIA_TYPE)
    if seconds := retry_after(status):
        response["Retry-After"] = str(seconds)
    if response.status_code == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response
