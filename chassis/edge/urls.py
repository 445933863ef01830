"""A service's URLs: whatever its contracts bind, two probes, and pages for people."""

from functools import partial
from typing import TypeVar

from django.contrib.admin import site
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.generic import RedirectView

from chassis.edge.errors import RouteNotFound
from chassis.edge.health import livez, readyz
from chassis.edge.problems import View, answering
from chassis.edge.router import Router, service_router
from chassis.edge.views import transcoding
from chassis.errors import Internal, InvalidArgument, Refusal
from chassis.openapi.sign_in import sign_in
from chassis.openapi.views import docs, openapi_json
from chassis.pages.landing import landing
from chassis.registry import Handlers, service_handlers
from chassis.staff.settings import PATH as ADMIN
from chassis.static_files import static_file

T = TypeVar("T")


def edge_urls(handlers: Handlers | None = None) -> list[URLPattern | URLResolver]:
    """The routes of `handlers`; without any, of all that the service answers, compiled when first needed.

    Beside `urlpatterns`, a URLconf takes `handler400`, `handler404` and `handler500` from here, for the requests that
    no pattern can catch, such as `OPTIONS *`.
    """
    router = service_router if handlers is None else partial(_same, Router(handlers))
    answered = service_handlers if handlers is None else partial(_same, handlers)
    return [
        path("", answering(landing(answered))),
        path("admin", RedirectView.as_view(url=ADMIN)),
        path(ADMIN.lstrip("/"), site.urls),
        path("static/<path:path>", static_file),
        path("livez", answering(livez)),
        path("readyz", answering(readyz)),
        path("openapi.json", answering(openapi_json(router))),
        path("docs/session", answering(sign_in)),
        re_path(r"^docs(/[^/]+)?$", answering(docs)),
        re_path("", answering(transcoding(router))),
    ]


def _same(given: T) -> T:
    return given


def _refusing(refusal: type[Refusal]) -> View:
    def view(*_: object, **__: object) -> HttpResponse:
        raise refusal

    return view


handler400 = answering(_refusing(InvalidArgument))
handler404 = answering(_refusing(RouteNotFound))
handler500 = answering(_refusing(Internal))
