"""How a stream of replies is written over HTTP: as server-sent events, or as JSON a line."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from chassis.edge.errors import NotAcceptable
from chassis.edge.rules import Binding
from chassis.edge.transcode import reply_json


@dataclass(frozen=True, slots=True)
class StreamFormat:
    """A form in which replies, and the problem that ends them early, follow each other."""

    media_type: str
    heartbeat: bytes  # Means nothing to who reads it.
    reply: Callable[[Binding, Any], bytes]
    problem: Callable[[dict[str, Any]], bytes]


def _event(binding: Binding, reply: Any) -> bytes:
    position = binding.method.position
    number = b"id: %d\n" % getattr(reply, position) if position else b""
    return number + b"data: " + reply_json(binding, reply) + b"\n\n"


def _error_event(problem: dict[str, Any]) -> bytes:
    return b"event: error\ndata: " + json.dumps(problem, ensure_ascii=False).encode() + b"\n\n"


def _line(binding: Binding, reply: Any) -> bytes:
    return reply_json(binding, reply) + b"\n"


def _error_line(problem: dict[str, Any]) -> bytes:
    return json.dumps({"error": problem}, ensure_ascii=False).encode() + b"\n"


EVENTS = StreamFormat("text/event-stream", b":\n\n", _event, _error_event)
LINES = StreamFormat("application/x-ndjson", b"\n", _line, _error_line)
_FORMATS = {each.media_type: each for each in (EVENTS, LINES)}


def wanted_format(request: HttpRequest) -> StreamFormat:
    """What the request's `Accept` prefers, events if it does not say. Raises NotAcceptable."""
    preferred = request.get_preferred_type(list(_FORMATS))
    if preferred is None:
        raise NotAcceptable
    return _FORMATS[preferred]
