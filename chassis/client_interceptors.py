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


class NeighbourCall(grpc.UnaryUnaryClientInterceptor):
    """Gives a unary call its deadline, this service's name and the correlation id."""

    def intercept_unary_unary(
        self, continuation: Callable[..., Any], client_call_details: grpc.ClientCallDetails, request: Any
    ) -> Any:
        """Raises RuntimeError inside a transaction, DeadlineExceeded if the caller's time is up; nothing is sent."""
        _require_no_transaction(client_call_details.method)
        details = CallDetails(
            method=client_call_details.method,
            timeout=_timeout(client_call_details.timeout),
            metadata=_metadata(client_call_details.metadata or ()),
            credentials=client_call_details.credentials,
            wait_for_ready=client_call_details.wait_for_ready,
            compression=client_call_details.compression,
        )
        return continuation(details, request)


def _require_no_transaction(method: str) -> None:
    if any(in_transaction(connection) for connection in connections.all(initialized_only=True)):
        raise RuntimeError(
            f"call {method} outside transaction.atomic(): "
            "inside it, the neighbour decides how long rows stay locked, and a rollback does not reach it"
        )


def _timeout(asked: float | None) -> float:
    timeout = settings.CALL_TIMEOUT if asked is None else asked
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
