"""A service's URLs: whatever its contracts bind, two probes, and the pages that describe them."""

from functools import partial

from django.http import HttpResponse
from django.urls import URLPattern, path, re_path

from chassis.edge.errors import RouteNotFound
from chassis.edge.health import livez, readyz
from chassis.edge.problems import View, answering
from chassis.edge.router import Router, service_router
from chassis.edge.views import transcoding
from chassis.errors import Internal, InvalidArgument, Refusal
from chassis.openapi.sign_in import sign_in
from chassis.openapi.views import docs, openapi_json
from chassis.registry import Handlers


def edge_urls(handlers: Handlers | None = None) -> list[URLPattern]:
    """The routes of `handlers`; without any, of all that the service answers, compiled when first needed.

    Beside `urlpatterns`, a URLconf takes `handler400`, `handler404` and `handler500` from here, for the requests that
    no pattern can catch, such as `OPTIONS *`.
    """
    router = service_router if handlers is None else partial(_same, Router(handlers))
    return [
        path("livez", answering(livez)),
        path("readyz", answering(readyz)),
        path("openapi.json", answering(openapi_json(router))),
        path("docs/session", answering(sign_in)),
        re_path(r"^docs(/[^/]+)?$", answering(docs)),
        re_path("", answering(transcoding(router))),
    ]


def _same(router: Router) -> Router:
    return router


def _refusing(refusal: type[Refusal]) -> View:
    def view(*_: object) -> HttpResponse:
        raise refusal

    return view


handler400 = answering(_refusing(InvalidArgument))
handler404 = answering(_refusing(RouteNotFound))
handler500 = answering(_refusing(Internal))
