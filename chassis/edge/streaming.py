"""The HTTP answer that a streaming call becomes."""

import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from chassis.edge.context import CallEnded, EdgeContext
from chassis.edge.problems import problem_details
from chassis.edge.rules import Binding
from chassis.edge.stream_call import End, StreamCall
from chassis.edge.stream_formats import StreamFormat, wanted_format
from chassis.handler import behaviour_of

OPENING = 1.0  # Seconds for which a call may still be refused with a status; then the answer begins.
PROBE = 0.5  # Seconds between two looks whether the client is still there.


def stream_answer(binding: Binding, message: Any, request: HttpRequest, correlation: str) -> HttpResponseBase:
    """Begin to answer a streaming method.

    Raises CallEnded if the call fails before its first reply, TooManyStreams, NotAcceptable. A call that ends well
    without any reply is 204, which tells a browser's EventSource not to come back.
    """
    form = wanted_format(request)
    context = EdgeContext(request, correlation, settings.STREAM_LIFETIME)
    call = StreamCall(partial(behaviour_of(binding.handler), message, context), context, correlation)
    first = call.arrival(OPENING)
    if isinstance(first, End):
        if first.failure:
            raise CallEnded(first.failure)
        return HttpResponse(status=204)
    if request.method == "HEAD":
        call.close()
        return HttpResponse(content_type=form.media_type)
    # Else nginx would keep the events back until it has a bufferful.
    headers = {"X-Accel-Buffering": "no"}
    body = StreamBody(call, binding, form, correlation, first)
    return StreamAnswer(body, content_type=form.media_type, headers=headers)


class StreamAnswer(StreamingHttpResponse):
    """The answer of a streaming method, which ends when its caller or its servicer wants."""


class StreamBody(Iterator[bytes]):
    """The body, piece by piece. `close` ends the call, also before the first piece."""

    def __init__(self, call: StreamCall, binding: Binding, form: StreamFormat, correlation: str, first: Any) -> None:
        """`first` is what has arrived already, or None."""
        self._call = call
        self._binding = binding
        self._form = form
        self._correlation = correlation
        self._first = first
        self._written = time.monotonic()

    def __next__(self) -> bytes:
        arrival, self._first = self._first or self._call.arrival(PROBE), None
        if arrival is None:
            return self._nothing_new()
        self._written = time.monotonic()
        if isinstance(arrival, End):
            return self._last(arrival)
        return self._form.reply(self._binding, arrival)

    def close(self) -> None:
        """The server calls this at the end, and when a write finds the client gone."""
        self._call.close()

    def _nothing_new(self) -> bytes:
        """An empty piece, which is not sent: whoever writes the answer looks whether its client is there."""
        if time.monotonic() - self._written < settings.STREAM_HEARTBEAT:
            return b""
        self._written = time.monotonic()
        return self._form.heartbeat

    def _last(self, end: End) -> bytes:
        if end.failure is None:
            raise StopIteration
        self._first = End()
        return self._form.problem(problem_details(end.failure, self._correlation))
