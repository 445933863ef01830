"""What every call to a neighbour carries, and when it may not be made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import grpc
from django.conf import settings
from django.db import connections

from chassis.call import CORRELATION_KEY, SERVICE_KEY, Metadata, current
from chassis.connections import in_transaction
from chassis.errors import DeadlineExceeded
from chassis.failpoints import reply_passes

# Seconds of the caller's time kept back for receiving the reply and passing it on.
MARGIN = 0.05


@dataclass(frozen=True, slots=True)
class CallDetails(grpc.ClientCallDetails):
    """What grpcio wants to know of an outgoing call."""

    method: str
    timeout: float | None
    metadata: tuple[tuple[str, str | bytes], ...] | None
    credentials: grpc.CallCredentials | None
    wait_for_ready: bool | None
    compression: grpc.Compression | None


class NeighbourCall(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    """Gives a call its deadline, this service's name and the correlation id.

    Either kind raises RuntimeError inside a transaction, DeadlineExceeded if the caller's time is up; nothing is sent.
    """

    def intercept_unary_unary(
        self, continuation: Callable[..., Any], client_call_details: grpc.ClientCallDetails, request: Any
    ) -> Any:
        """A call with one reply, which takes settings.CALL_TIMEOUT at most unless it says otherwise."""
        call = continuation(_completed(client_call_details, settings.CALL_TIMEOUT), request)
        reply_passes()
        return call

    def intercept_unary_stream(
        self, continuation: Callable[..., Any], client_call_details: grpc.ClientCallDetails, request: Any
    ) -> Any:
        """A call with a stream of replies, which lasts settings.STREAM_LIFETIME at most unless it says otherwise."""
        return continuation(_completed(client_call_details, settings.STREAM_LIFETIME), request)


def _completed(asked: grpc.ClientCallDetails, timeout: float) -> CallDetails:
    _require_no_transaction(asked.method)
    return CallDetails(
        method=asked.method,
        timeout=_timeout(timeout if asked.timeout is None else asked.timeout),
        metadata=_metadata(asked.metadata or ()),
        credentials=asked.credentials,
        wait_for_ready=asked.wait_for_ready,
        compression=asked.compression,
    )


def _require_no_transaction(method: str) -> None:
    if any(in_transaction(connection) for connection in connections.all(initialized_only=True)):
        raise RuntimeError(
            f"call {method} outside transaction.atomic(): "
            "inside it, the neighbour decides how long rows stay locked, and a rollback does not reach it"
        )


def _timeout(timeout: float) -> float:
    call = current()
    if call is not None:
        timeout = min(timeout, call.remaining - MARGIN)
    if timeout <= 0:
        raise DeadlineExceeded
    return float(timeout)


def _metadata(given: Metadata) -> tuple[tuple[str, str | bytes], ...]:
    """What the call brings itself counts, each key once: a server takes no notice of one that comes twice."""
    call = current()
    ours = {
        SERVICE_KEY: settings.SERVICE_NAME,
        CORRELATION_KEY: call.correlation_id if call else uuid4().hex,
    }
    return tuple({**ours, **dict(given)}.items())
