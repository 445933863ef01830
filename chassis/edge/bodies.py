"""Reading a request's body on the server's loop, within bounds: a thread is taken only for what is complete."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from asgiref.typing import ASGIReceiveCallable, HTTPScope
from django.conf import settings

from chassis.edge.errors import BodyNotWanted, RequestTimeout, RequestTooLarge

# A client that still sends when it is refused would meet a reset, and not the answer (RFC 9112, section 9.6). So what
# it sends is thrown away for so many seconds, and so many bytes.
LINGER = 2.0
MAX_LINGER = 8 * 1024 * 1024


class ClientGone(Exception):  # noqa: N818  An end, and nobody is left to answer.
    """The connection broke, or its bytes stopped making sense, before the request was complete."""


async def whole_body(scope: HTTPScope, receive: ASGIReceiveCallable) -> bytes:
    """The complete body.

    Raises BodyNotWanted and RequestTooLarge without reading what the headers announce, RequestTimeout after
    settings.REQUEST_TIMEOUT, and ClientGone: an incomplete message is never acted on (RFC 9112, section 8).
    """
    headers = dict(scope["headers"])
    # The parser refuses a length that is no number, and a length beside chunks.
    announced = int(headers.get(b"content-length", 0))
    if not announced and b"transfer-encoding" not in headers:
        return b""
    if scope["method"] in ("GET", "HEAD"):
        raise BodyNotWanted
    _require_size(announced)
    try:
        async with asyncio.timeout(settings.REQUEST_TIMEOUT):
            return await _read(receive)
    except TimeoutError as error:
        raise RequestTimeout from error


async def linger(receive: ASGIReceiveCallable) -> None:
    """Let a client send what it has begun to send, within bounds."""
    left = MAX_LINGER
    with suppress(TimeoutError, ClientGone):
        async with asyncio.timeout(LINGER):
            async for piece in _pieces(receive):
                left -= len(piece)
                if left < 0:
                    return


async def _read(receive: ASGIReceiveCallable) -> bytes:
    body = bytearray()
    async for piece in _pieces(receive):
        body += piece
        _require_size(len(body))
    return bytes(body)


async def _pieces(receive: ASGIReceiveCallable) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientGone
        yield message["body"]
        more = message["more_body"]


def _require_size(size: int) -> None:
    if size > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise RequestTooLarge(f"This server takes bodies of up to {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes.")
