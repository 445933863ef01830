"""HTTP/1.1 as uvicorn speaks it, with bounds on what it leaves open.

How long and how large the head of a request may be, and how many connections there may be. uvicorn bounds neither;
it parses by llhttp, which is strict about lengths, chunks and names.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from chassis.edge.errors import HeadTooLarge, MalformedHttp
from chassis.edge.problems import refused
from chassis.errors import Refusal

MAX_HEAD = 64 * 1024  # Bytes of the target and all headers together.
MAX_HEADERS = 100


class EdgeState(ServerState):
    """uvicorn's, and which connections have no complete request, the one that waits for the longest first."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: dict[EdgeProtocol, None] = {}


class EdgeProtocol(HttpToolsProtocol):
    """One connection."""

    server_state: EdgeState

    def __init__(self, config: Config, server_state: EdgeState, app_state: dict[str, Any], **options: Any) -> None:
        super().__init__(config, server_state, app_state, **options)
        self._refusal: Refusal = MalformedHttp()
        self._in_head = True  # Whether a head is expected, or has begun.
        self._size = 0  # Bytes of the request that is being read.
        self._limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # As uvicorn has it.
        """Wait for a request, and make room if there are too many connections."""
        super().connection_made(transport)
        self.server_state.waiting[self] = None
        self._limit_head()
        if len(self.connections) > settings.EDGE_CONNECTIONS:
            # Whoever sends a request at once is not the one that waits for the longest.
            next(iter(self.server_state.waiting)).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self.server_state.waiting.pop(self, None)
        self._end_limit()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse, and refuse a head that does not end."""
        if self._in_head and self._limit is None:
            self._limit_head()
        self._size += len(data)
        super().data_received(data)
        if self._in_head and self._size > MAX_HEAD and not self.transport.is_closing():
            self._refuse(HeadTooLarge())

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header. A field that follows the body is none (RFC 9110, section 6.5.1)."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start to answer, unless the head is too large. Whatever is raised here ends in `send_400_response`."""
        self._in_head = False
        self._end_limit()
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > MAX_HEAD or len(self.headers) > MAX_HEADERS:
            self._refusal = HeadTooLarge()
            raise self._refusal
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole; the next may begin."""
        self.server_state.waiting.pop(self, None)
        self._in_head, self._size = True, 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self.server_state.waiting[self] = None
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  uvicorn's words for it.
        """Answer what cannot be parsed."""
        self._refuse(self._refusal)

    def _limit_head(self) -> None:
        self._limit = self.loop.call_later(settings.REQUEST_TIMEOUT, self.transport.close)

    def _end_limit(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _refuse(self, refusal: Refusal) -> None:
        """Answer with a problem, and end the connection."""
        response = refused(refusal, {"REMOTE_ADDR": self.client[0] if self.client else ""})
        content = response.content
        more = {"Content-Length": str(len(content)), "Connection": "close"}
        self.transport.write(_head(response.status_code, {**dict(response.items()), **more}) + content)
        self.transport.close()


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return STATUS_LINE[status] + lines.encode("latin-1") + b"\r\n"
