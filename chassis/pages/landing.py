"""The page at `/`: what this service is, how it and its neighbours are, and what can be asked of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chassis.comments import summary
from chassis.contract import Method, Route, method
from chassis.edge.problems import View
from chassis.edge.requests import require_get, require_known_host
from chassis.pages.headers import PAGE, set_policy
from chassis.pages.neighbours import neighbours
from chassis.registry import Handlers
from shop.common.v1.access_pb2 import ACCESS_PUBLIC, ACCESS_SERVICE, ACCESS_STAFF, ACCESS_USER

CALLERS = {ACCESS_PUBLIC: "anyone", ACCESS_USER: "signed in", ACCESS_STAFF: "staff"}


@dataclass(frozen=True, slots=True)
class Row:
    """A method as the table shows it."""

    name: str
    summary: str
    callers: str
    routes: tuple[Route, ...]
    streams: bool


@dataclass(frozen=True, slots=True)
class Contract:
    """A service of the contracts that is answered here."""

    name: str  # As in "shop.orders.v1.OrderService".
    summary: str
    rows: tuple[Row, ...]


def landing(handlers: Callable[[], Handlers]) -> View:
    """The page of a service that answers `handlers`."""

    def view(request: HttpRequest, _: str) -> HttpResponse:
        require_get(request)
        require_known_host(request)
        found = list(contracts(handlers()))
        context = {"service": settings.SERVICE_NAME, "pages": settings.PAGES, "contracts": found}
        return set_policy(render(request, "chassis/landing.html", context | {"neighbours": neighbours()}), PAGE)

    return view


def contracts(handlers: Handlers) -> Iterator[Contract]:
    """The contracts of all methods in `handlers`, and of no others."""
    paths: dict[str, list[str]] = {}
    for path in handlers:
        paths.setdefault(path.split("/")[1], []).append(path)
    for service, its_paths in paths.items():
        yield Contract(service, summary(service), tuple(_row(method(path)) for path in its_paths))


def _row(each: Method) -> Row:
    services = ", ".join(each.access.services)
    callers = services if each.access.level == ACCESS_SERVICE else CALLERS.get(each.access.level, "nobody")
    return Row(
        each.name, summary(each.descriptor.full_name), callers, each.routes, bool(each.descriptor.server_streaming)
    )
