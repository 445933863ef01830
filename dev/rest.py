"""A client of the REST edges with what the standard library has."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]


class Problem(Exception):  # noqa: N818  RFC 9457 calls it so.
    """The shop's refusal, as problem details."""

    def __init__(self, problem: Json) -> None:
        """`problem` is the body of the answer."""
        super().__init__(f"{problem['status']} {problem.get('reason', problem['title'])}: {problem['detail']}")
        self.status: int = problem["status"]
        self.reason: str = problem.get("reason", "")
        self.metadata: Json = problem.get("metadata", {})


class Rest:
    """Talks to one edge, as whoever `token` belongs to."""

    def __init__(self, url: str, show: Callable[[str], None]) -> None:
        """`show` is told of every request that is not quiet, as in "POST http://127.0.0.1:8002/v1/orders"."""
        self.url = url
        self.show = show
        self.token = ""

    def get(self, path: str, *, quiet: bool = False) -> Json:
        """The answer to a GET. Raises Problem."""
        return self._send(urllib.request.Request(self.url + path), quiet=quiet)

    def post(self, path: str, body: Json, *, key: str = "") -> Json:
        """The answer to a POST of JSON, with `key` as its idempotency key. Raises Problem."""
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), method="POST")
        request.add_header("Content-Type", "application/json")
        if key:
            request.add_header("Idempotency-Key", key)
        return self._send(request, quiet=False)

    def _send(self, request: urllib.request.Request, *, quiet: bool) -> Json:
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        if not quiet:
            self.show(f"{request.get_method()} {request.full_url}")
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                content: Json = json.load(answer)
                return content
        except urllib.error.HTTPError as error:
            raise Problem(json.load(error)) from error
