"""The one view that answers every route of the contracts."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from chassis.edge.context import EdgeContext
from chassis.edge.problems import View
from chassis.edge.query import parameters
from chassis.edge.requests import encoded_path, header, require_json, require_known_host
from chassis.edge.router import Router
from chassis.edge.rules import Binding
from chassis.edge.streaming import stream_answer
from chassis.edge.transcode import reply_json, request_message, take_idempotency_key, take_last_event_id
from chassis.failpoints import failpoint, reply_passes
from chassis.handler import behaviour_of


def transcoding(router: Callable[[], Router]) -> View:
    """A view that finds the request's route, makes the call in this process, and renders the reply."""

    def view(request: HttpRequest, correlation: str) -> HttpResponseBase:
        require_known_host(request)
        binding, segments = router().find(str(request.method), encoded_path(request))
        message = _message(binding, segments, request)
        if binding.handler.response_streaming:
            return stream_answer(binding, message, request, correlation)
        reply = _call(binding, message, EdgeContext(request, correlation))
        return HttpResponse(reply_json(binding, reply), content_type="application/json")

    return view


def _message(binding: Binding, segments: list[str], request: HttpRequest) -> Any:
    body = request.body
    if body and binding.route.body:
        require_json(request)
    sent = parameters(request.META.get("QUERY_STRING", ""))
    message = request_message(binding, segments, sent, body)
    take_idempotency_key(message, binding.method, header(request, "Idempotency-Key"))
    take_last_event_id(message, binding.method, header(request, "Last-Event-ID"))
    return message


def _call(binding: Binding, message: Any, context: EdgeContext) -> Any:
    failpoint("edge.before_call")
    try:
        reply = behaviour_of(binding.handler)(message, context)
    finally:
        context.finish()
    context.require_success()
    failpoint("edge.before_reply")
    reply_passes()
    return reply
