"""The development inbox: every message to anybody, as it looks to whoever gets it. For machines of developers only."""

from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from chassis.edge.errors import RouteNotFound
from chassis.edge.problems import answering
from chassis.edge.requests import require_get, require_known_host
from chassis.pages.headers import PAGE, set_policy
from notifications.models import Notification
from notifications.preview import preview

PAGE_SIZE = 20


def inbox_urls() -> list[URLPattern]:
    """`/inbox`, and the mails that it shows in frames."""
    return [
        path("inbox", answering(inbox), name="inbox"),
        path("inbox/<uuid:pk>", answering(mail), name="inbox_mail"),
    ]


def inbox(request: HttpRequest, _: str) -> HttpResponse:
    """The messages, newest first, PAGE_SIZE at a time. RouteNotFound in production."""
    _require_development(request)
    messages = Paginator(Notification.objects.order_by("-created_at", "-id"), PAGE_SIZE)
    context = {"service": settings.SERVICE_NAME, "page": messages.get_page(request.GET.get("page"))}
    return set_policy(render(request, "notifications/inbox.html", context), PAGE)


def mail(request: HttpRequest, _: str, pk: UUID) -> HttpResponse:
    """One mail's HTML, for a frame. RouteNotFound in production, and if there is none."""
    _require_development(request)
    notification = Notification.objects.filter(pk=pk).exclude(html="").first()
    if notification is None:
        raise RouteNotFound
    return preview(notification)


def _require_development(request: HttpRequest) -> None:
    if settings.PRODUCTION:
        raise RouteNotFound
    require_get(request)
    require_known_host(request)
