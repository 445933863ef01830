"""Where providers tell over HTTP what became of a message, each in its own form and signed: those configured only."""

from urllib.parse import parse_qsl
from uuid import UUID

from anymail.exceptions import AnymailWebhookValidationFailure
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, resolve

from chassis.edge.errors import MalformedRequest, MethodNotAllowed, RouteNotFound
from chassis.edge.problems import answering
from chassis.edge.requests import header
from chassis.errors import Violation
from notifications.bounces import bounced
from notifications.errors import CallbackNotSigned
from notifications.sms.backends.twilio import callback_url
from notifications.sms.signature import is_signed

_UNDELIVERED = {"undelivered", "failed"}


def callback_urls() -> list[URLPattern]:
    """`/anymail/<provider>/tracking/`, as Anymail documents it, and Twilio's."""
    return [
        path("anymail/<slug:provider>/tracking/", answering(mail_tracking)),
        path("callbacks/twilio/<uuid:pk>", answering(twilio_status)),
    ]


def mail_tracking(request: HttpRequest, _: str, provider: str) -> HttpResponseBase:
    """Let Anymail check and read what a provider tells; it sends the signal `tracking`."""
    backend = settings.EMAIL_PROVIDERS.get(provider, {}).get("BACKEND")
    if backend != f"anymail.backends.{provider}.EmailBackend":
        raise RouteNotFound
    found = resolve(f"/{provider}/tracking/", urlconf="anymail.urls")
    try:
        response: HttpResponseBase = found.func(request)
    except AnymailWebhookValidationFailure as error:
        raise CallbackNotSigned from error
    return response


def twilio_status(request: HttpRequest, _: str, pk: UUID) -> HttpResponse:
    """Note that a text message was not delivered. Twilio tells of every step, in any order."""
    if not settings.SMS_CALLBACK_URL:
        raise RouteNotFound
    if request.method != "POST":
        raise MethodNotAllowed(["POST", "OPTIONS"])
    form = _form(request)
    # The address as Twilio was given it: a proxy in front may have made another of it.
    if not is_signed(callback_url(str(pk)), form, header(request, "X-Twilio-Signature")):
        raise CallbackNotSigned
    told = dict(form)
    if told.get("MessageStatus") in _UNDELIVERED:
        code = told.get("ErrorCode", "")
        bounced(reason=f"{told['MessageStatus']} {code if code.isdecimal() else ''}".strip(), notification_id=pk)
    return HttpResponse(status=204)


def _form(request: HttpRequest) -> list[tuple[str, str]]:
    try:
        return parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=100)
    except ValueError as error:
        raise MalformedRequest(Violation("", "the body is no form")) from error
