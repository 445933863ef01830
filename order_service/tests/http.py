"""A real HTTP server on a port of its own, for fakes that are spoken to over HTTP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit


class NoReply(Exception):  # noqa: N818
    """Hang up without an answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    verb: str
    path: str
    values: dict[str, str]  # Of the query or of the form.
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        """Its idempotency key; empty if it has none."""
        return self.headers.get("idempotency-key", "")


@dataclass(frozen=True, slots=True)
class Told:
    """One answer."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@contextmanager
def answering(answer: Callable[[Asked], Told]) -> Iterator[str]:
    """Serve what `answer` says, each request on a thread of its own. Yields the URL, without a slash at its end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(answer))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(answer: Callable[[Asked], Told]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            asked = self._asked()
            try:
                told = answer(asked)
            except NoReply:
                return
            self.send_response(told.status)
            for name, value in {"Content-Length": str(len(told.body)), **told.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told.body)

        def _asked(self) -> Asked:
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            values = dict(parse_qsl(address.query or body.decode(errors="replace"), keep_blank_values=True))
            headers = {name.lower(): value for name, value in self.headers.items()}
            return Asked(str(self.command), address.path, values, headers, body)

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    return Handler
