"""Providers to send by over HTTP: real servers that answer as they are told to."""

import base64
import json
from collections.abc import Callable, Iterator
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
    posted: list[str] = field(default_factory=list)  # Every body, as it came.
    ended: Event = field(default_factory=Event)
    url: str = ""

    def refuse(self, status: int, code: object = None) -> None:
        """Answer with an error from now on, in the API's words."""
        self.status = status
        self.body = json.dumps({"code": code, "message": "about +441632960001", "status": status}).encode()


# Keeps what was posted; whether whoever did it may.
Take = Callable[[Provider, BaseHTTPRequestHandler, str], bool]


@contextmanager
def provider() -> Iterator[Provider]:
    """Run one that takes text messages by Twilio's API, from the account with the token, for a while."""
    with _running(Provider(), _twilio) as running:
        yield running


@contextmanager
def answering(status: int, body: object) -> Iterator[Provider]:
    """Run one that takes whatever is posted, and answers with this JSON."""
    with _running(Provider(status=status, body=json.dumps(body).encode()), _anything) as running:
        yield running


@contextmanager
def _running(running: Provider, take: Take) -> Iterator[Provider]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(running, take))
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


def _twilio(running: Provider, request: BaseHTTPRequestHandler, body: str) -> bool:
    expected = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    admitted = (request.path, request.headers["Authorization"]) == (path, f"Basic {expected}")
    if admitted:
        form = parse_qs(body, strict_parsing=True)
        running.taken.append({name: value for name, [value] in form.items()})
    return admitted


def _anything(running: Provider, request: BaseHTTPRequestHandler, body: str) -> bool:
    running.posted.append(body)
    return True


def _handler(running: Provider, take: Take) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if running.silent:
                running.ended.wait()
            elif take(running, self, body):
                self._answer(running.status, running.body)
            else:
                self._answer(401, b'{"code": 20003}')

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **running.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    return Handler
