"""A provider of text messages to send by: a real HTTP server that answers as it is told to."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs

ACCOUNT, TOKEN, SENDER = "AC0123456789", "a token", "+441632960000"
ACCEPTED = b'{"sid": "SM0123456789", "status": "queued"}'


@dataclass
class Provider:
    """What the server answers, and what it was sent."""

    status: int = 201
    body: bytes = ACCEPTED
    headers: dict[str, str] = field(default_factory=dict)
    silent: bool = False  # Takes the request and says nothing.
    taken: list[dict[str, str]] = field(default_factory=list)
    ended: Event = field(default_factory=Event)
    url: str = ""

    def refuse(self, status: int, code: object = None) -> None:
        """Answer with an error from now on, in the API's words."""
        self.status = status
        self.body = json.dumps({"code": code, "message": "about +441632960001", "status": status}).encode()


@contextmanager
def provider() -> Iterator[Provider]:
    """Run the server for a while."""
    running = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(running))
    running.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield running
    finally:
        running.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(running: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode(), strict_parsing=True)
            if running.silent:
                running.ended.wait()
                return
            if self._is_admitted():
                running.taken.append({name: value for name, [value] in form.items()})
                self._answer(running.status, running.body)
            else:
                self._answer(401, b'{"code": 20003}')

        def _is_admitted(self) -> bool:
            expected = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
            path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
            return (self.path, self.headers["Authorization"]) == (path, f"Basic {expected}")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **running.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    return Handler
