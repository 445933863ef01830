"""The one table each way between refusals, google.rpc.Status, and HTTP problem details (RFC 9457)."""

from collections.abc import Iterator
from datetime import timedelta
from http.client import responses
from typing import Any

import grpc
from django.db import InterfaceError, OperationalError
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from chassis.errors import DatabaseUnavailable, Internal, Refusal, Unimplemented, Violation

# Bytes of a refusal's texts. All of them, and the message a second time and percent-encoded, stay below 8 KiB.
MOST_BYTES = 3000  # Of all violations.
LONGEST_TEXT = 1000
LONGEST_BESIDE_VIOLATIONS = 400

# As code.proto says: FAILED_PRECONDITION is deliberately not the similarly named 412.
HTTP_STATUS = {
    code_pb2.OK: 200,
    code_pb2.CANCELLED: 499,
    code_pb2.UNKNOWN: 500,
    code_pb2.INVALID_ARGUMENT: 400,
    code_pb2.DEADLINE_EXCEEDED: 504,
    code_pb2.NOT_FOUND: 404,
    code_pb2.ALREADY_EXISTS: 409,
    code_pb2.PERMISSION_DENIED: 403,
    code_pb2.UNAUTHENTICATED: 401,
    code_pb2.RESOURCE_EXHAUSTED: 429,
    code_pb2.FAILED_PRECONDITION: 400,
    code_pb2.ABORTED: 409,
    code_pb2.OUT_OF_RANGE: 400,
    code_pb2.UNIMPLEMENTED: 501,
    code_pb2.INTERNAL: 500,
    code_pb2.UNAVAILABLE: 503,
    code_pb2.DATA_LOSS: 500,
}


def refusal_for(error: Exception, correlation_id: str) -> Refusal:
    """What a caller is told of an error. Whatever is not meant for callers becomes `Internal`."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, OperationalError | InterfaceError):
        return DatabaseUnavailable(metadata={"correlation_id": correlation_id})
    if isinstance(error, NotImplementedError):
        return Unimplemented()
    return Internal(metadata={"correlation_id": correlation_id})


def status_of(refusal: Refusal) -> status_pb2.Status:
    """A refusal as google.rpc.Status with ErrorInfo and, where they fit, BadRequest and RetryInfo.

    It fits into a gRPC trailer, which is refused by the caller's side past 8 KiB: texts are cut, and of many violations
    only the first are told. ErrorInfo's metadata says how many more there were, as `more_violations`.
    """
    shown = list(_first(refusal.violations))
    more = len(refusal.violations) - len(shown) + refusal.more_violations
    longest = LONGEST_BESIDE_VIOLATIONS if shown else LONGEST_TEXT
    message = _cut(str(refusal), longest) + (f" (and {more} more)" if more else "")
    status = status_pb2.Status(code=code_pb2.Code.Value(refusal.code), message=message)
    told = {**refusal.metadata, "more_violations": str(more)} if more else refusal.metadata
    metadata = {name: _cut(value, LONGEST_TEXT) for name, value in told.items()}
    status.details.add().Pack(
        error_details_pb2.ErrorInfo(reason=refusal.reason(), domain=refusal.domain(), metadata=metadata)
    )
    if shown:
        bad_request = error_details_pb2.BadRequest()
        for each in shown:
            bad_request.field_violations.add(field=each.field, description=each.description)
        status.details.add().Pack(bad_request)
    if refusal.retry_after:
        retry_info = error_details_pb2.RetryInfo()
        retry_info.retry_delay.FromTimedelta(refusal.retry_after)
        status.details.add().Pack(retry_info)
    return status


def _first(violations: list[Violation]) -> Iterator[Violation]:
    """As many as can be told, and one at least."""
    left = MOST_BYTES
    for each in violations:
        cut = Violation(*(_cut(text, LONGEST_BESIDE_VIOLATIONS) for text in (each.field, each.description)))
        left -= len(cut.field.encode()) + len(cut.description.encode())
        if left < 0:
            return
        yield cut


def _cut(text: str, most: int) -> str:
    """`text`, or the beginning of it that takes at most this many bytes."""
    encoded = text[:most].encode(errors="replace")
    return text if len(text) <= most and len(encoded) <= most else f"{encoded[: most - 3].decode(errors='ignore')}…"


def error_info(error: grpc.RpcError) -> error_details_pb2.ErrorInfo:
    """Why a server refused; empty when it was not a server of ours that spoke."""
    info = error_details_pb2.ErrorInfo()
    try:
        status = rpc_status.from_call(error)
    except ValueError:  # The details contradict the status they came with, so neither is a word of ours.
        status = None
    for detail in status.details if status else []:
        detail.Unpack(info)
    return info


def told_delay(error: grpc.RpcError) -> timedelta | None:
    """How long the server that refused wants to be left alone, if it says."""
    retry_info = error_details_pb2.RetryInfo()
    status = rpc_status.from_call(error)
    for detail in status.details if status else ():
        if detail.Unpack(retry_info):
            delay: timedelta = retry_info.retry_delay.ToTimedelta()
            return delay
    return None


def problem_of(status: status_pb2.Status, http_status: int | None = None) -> dict[str, Any]:
    """A status as problem details: the RFC's members, and the RPC's own code, reason and violations.

    `http_status` is for what HTTP knows more exactly than google.rpc does.
    """
    http_status = http_status or HTTP_STATUS[status.code]
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": responses.get(http_status, "Client Closed Request"),
        "status": http_status,
        "detail": status.message,
        "code": code_pb2.Code.Name(status.code),
    }
    info, bad_request = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    for detail in status.details:
        if detail.Unpack(info):
            problem |= {"reason": info.reason, "domain": info.domain, "metadata": dict(info.metadata)}
        elif detail.Unpack(bad_request):
            problem["violations"] = [
                {"field": violation.field, "description": violation.description}
                for violation in bad_request.field_violations
            ]
    return problem


def retry_after(status: status_pb2.Status) -> int | None:
    """How many whole seconds the caller should wait, if the status says."""
    retry_info = error_details_pb2.RetryInfo()
    for detail in status.details:
        if detail.Unpack(retry_info):
            delay = retry_info.retry_delay
            return int(delay.seconds + (delay.nanos > 0))
    return None
