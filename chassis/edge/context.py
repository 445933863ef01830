"""The servicer context of a call that came in over HTTP."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import NoReturn

import grpc
from django.conf import settings
from django.http import HttpRequest
from google.rpc import status_pb2

from chassis.addresses import FORWARDED_KEY
from chassis.call import CORRELATION_KEY
from chassis.edge.environ import COMPLETE_AT
from chassis.edge.requests import header

# What a caller may say of itself. Whatever else HTTP carries, x-service above all, is nobody's word.
HEADERS = ("authorization", "accept-language", "traceparent", FORWARDED_KEY)
STATUS_DETAILS = "grpc-status-details-bin"


Metadata = tuple[tuple[str, str | bytes], ...]


class CallEnded(Exception):  # noqa: N818  An end, not necessarily a fault.
    """The call was ended with a status."""

    def __init__(self, status: status_pb2.Status) -> None:
        super().__init__(status.message)
        self.status = status


class EdgeContext(grpc.ServicerContext):
    """What a servicer learns of the request, and how it ends a call early. Messages pass in memory."""

    def __init__(self, request: HttpRequest, correlation_id: str, lifetime: float | None = None) -> None:
        """The call may take `lifetime` seconds; settings.CALL_DEADLINE unless given."""
        self._metadata = (*_allowed(request), (CORRELATION_KEY, correlation_id))
        self._peer = str(request.META.get("REMOTE_ADDR", ""))
        began: float = request.META.get(COMPLETE_AT, time.monotonic())
        self._deadline = began + (settings.CALL_DEADLINE if lifetime is None else lifetime)
        self._code: grpc.StatusCode | None = None
        self._details = ""
        self._trailing: Metadata = ()
        self._callbacks: list[Callable[[], None]] = []
        self._active = True
        self._lock = threading.Lock()  # A stream ends on one thread and is answered on another.

    def finish(self) -> None:
        """Tell whoever asked to hear of it that the call is over. Does nothing the second time."""
        with self._lock:
            self._active, callbacks, self._callbacks = False, self._callbacks, []
        for callback in callbacks:
            callback()

    def require_success(self) -> None:
        """Raise CallEnded if the servicer set another code than OK."""
        if self._code not in (None, grpc.StatusCode.OK):
            raise CallEnded(self._status())

    def invocation_metadata(self) -> Metadata:
        return self._metadata

    def peer(self) -> str:
        return self._peer

    def peer_identities(self) -> Iterable[bytes] | None:
        return None

    def peer_identity_key(self) -> str | None:
        return None

    def auth_context(self) -> Mapping[str, bytes]:
        return {}

    def is_active(self) -> bool:
        return self._active

    def time_remaining(self) -> float:
        return max(self._deadline - time.monotonic(), 0.0)

    def add_callback(self, callback: Callable[[], None]) -> bool:
        with self._lock:
            if self._active:
                self._callbacks.append(callback)
            return self._active

    def cancel(self) -> bool:
        self._code = grpc.StatusCode.CANCELLED
        return self._active

    def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        self._code, self._details = code, details
        raise CallEnded(self._status())

    def abort_with_status(self, status: grpc.Status) -> NoReturn:
        self._trailing = tuple(status.trailing_metadata or ())
        self.abort(status.code, status.details)

    def set_code(self, code: grpc.StatusCode) -> None:
        self._code = code

    def set_details(self, details: str) -> None:
        self._details = details

    def code(self) -> grpc.StatusCode | None:
        return self._code

    def details(self) -> str:
        return self._details

    def send_initial_metadata(self, initial_metadata: Metadata) -> None:
        """Metadata has no place in an HTTP answer of this edge."""

    def set_trailing_metadata(self, trailing_metadata: Metadata) -> None:
        self._trailing = tuple(trailing_metadata)

    def trailing_metadata(self) -> Metadata:
        return self._trailing

    def set_compression(self, compression: grpc.Compression) -> None:
        """Compression of HTTP answers is for a proxy in front."""

    def disable_next_message_compression(self) -> None:
        """Nothing is compressed."""

    def _status(self) -> status_pb2.Status:
        for key, value in self._trailing:
            if key == STATUS_DETAILS and isinstance(value, bytes):
                return status_pb2.Status.FromString(value)
        code = self._code or grpc.StatusCode.UNKNOWN
        return status_pb2.Status(code=code.value[0], message=self._details)


def _allowed(request: HttpRequest) -> Iterable[tuple[str, str]]:
    for name in HEADERS:
        # Servers join headers of one name by commas, which no token holds: two tokens must look like two.
        sent = header(request, name)
        for value in sent.split(",") if name == "authorization" else [sent]:
            if sent:
                yield name, value.strip()
