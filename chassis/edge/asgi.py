"""The REST edge as an ASGI application: requests are read on the server's loop and answered on threads by Django."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.http.response import HttpResponseBase
from django.urls import get_resolver

from chassis.edge.bodies import ClientGone, linger, whole_body
from chassis.edge.environ import environ_of
from chassis.edge.problems import LONGEST_PATH, refused
from chassis.edge.router import service_router
from chassis.edge.streaming import StreamAnswer
from chassis.edge.threads import Threads
from chassis.errors import Refusal
from chassis.overload import Occurrences, ServerOverloaded

Headers = list[tuple[bytes, bytes]]


def edge_application() -> "Edge":
    """The application, with all routes compiled: a rule that cannot be served ends the process at its start.

    Raises chassis.edge.rules.InvalidRule.
    """
    application = Edge(get_wsgi_application())
    service_router()
    # Else a mistake in a URLconf would be found by the first request.
    get_resolver().url_patterns  # noqa: B018  The property imports them.
    return application


@dataclass(frozen=True, slots=True)
class Answer:
    """What Django answered."""

    status: int
    headers: Headers
    content: bytes  # Empty for a stream.
    stream: StreamAnswer | None


class Edge:
    """Hands complete requests to a fixed number of threads.

    Django's own ASGI handler would answer each on a thread of its own, and persistent database connections are kept
    by thread.
    """

    def __init__(self, wsgi: WSGIHandler) -> None:
        self._wsgi = wsgi
        self._threads = Threads(settings.EDGE_THREADS, "edge")
        # Streams wait for their replies here, and take no thread from calls.
        self._stream_threads = Threads(settings.EDGE_STREAMS, "edge-stream-out")
        self._refused = Occurrences("server.overloaded")
        self._in_hand = 0  # Requests that a thread is at, or that wait for one. Of the loop's thread alone.

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] == "lifespan":
            return await self._live(receive, send)
        if scope["type"] != "http":
            raise ValueError(f"the edge answers HTTP, and not {scope['type']}")
        return await self._serve(scope, receive, send)

    async def _live(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Once the server stops, what still waits for a thread has lost its client."""
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._threads.stop()
        self._stream_threads.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        try:
            body = await whole_body(scope, receive)
        except ClientGone:
            return
        except Refusal as refusal:
            await _send(_before_django(scope, refusal, (b"connection", b"close")), send)
            await linger(receive)
        else:
            await self._answer_to(scope, body, receive, send)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _answer_to(
        self, scope: HTTPScope, body: bytes, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if self._in_hand >= settings.EDGE_MAX_CONCURRENT:
            self._refused.count(door="REST", path=scope["path"][:LONGEST_PATH])
            return await _send(_before_django(scope, ServerOverloaded()), send)
        answer = await self._answered(environ_of(scope, body))
        await _send(answer, send)
        if answer.stream:
            await self._send_stream(answer.stream, receive, send)
        return None

    async def _answered(self, environ: dict[str, Any]) -> Answer:
        self._in_hand += 1
        try:
            return await self._threads.run(partial(self._answer, environ))
        finally:
            self._in_hand -= 1

    def _answer(self, environ: dict[str, Any]) -> Answer:
        """Let Django answer, on one of the threads."""
        start = _Start()
        response: HttpResponseBase = self._wsgi(environ, start)
        if isinstance(response, StreamAnswer):
            return Answer(start.status, start.headers, b"", response)
        try:
            content = b"".join(response)
        finally:
            response.close()
        return _complete(start.status, start.headers, content)

    async def _send_stream(self, stream: StreamAnswer, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        gone = asyncio.create_task(_disconnected(receive))
        try:
            async for piece in self._pieces(stream):
                if gone.done():
                    break
                if piece:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        finally:
            gone.cancel()
            stream.close()

    async def _pieces(self, stream: StreamAnswer) -> AsyncIterator[bytes]:
        following = partial(next, iter(stream), None)
        while (piece := await self._stream_threads.run(following)) is not None:
            yield piece


class _Start:
    """Takes the start of a WSGI answer."""

    status = 0
    headers: Headers

    def __call__(self, status: str, headers: list[tuple[str, str]], _error: Any = None, /) -> Callable[[bytes], object]:
        self.status = int(status[:3])
        self.headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return _no_write


def _no_write(_: bytes) -> None:
    raise NotImplementedError("Django returns its answers whole")


async def _disconnected(receive: ASGIReceiveCallable) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(answer: Answer, send: ASGISendCallable) -> None:
    """Send all but the end."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers, "trailers": False})
    if answer.content:
        await send({"type": "http.response.body", "body": answer.content, "more_body": True})


def _before_django(scope: HTTPScope, refusal: Refusal, *headers: tuple[bytes, bytes]) -> Answer:
    """A refusal for which no thread is taken."""
    response = refused(refusal, environ_of(scope, b""))
    ours = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
    return _complete(response.status_code, [*ours, *headers], response.content)


def _complete(status: int, headers: Headers, content: bytes) -> Answer:
    """An answer with its length, where the status allows one (RFC 9110, section 8.6)."""
    if status not in (204, 304) and not any(name.lower() == b"content-length" for name, _ in headers):
        headers = [*headers, (b"content-length", str(len(content)).encode())]
    return Answer(status, headers, content, None)
