"""The document, and a page to read it and to make calls from, served by the edge itself."""

import hashlib
import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from chassis.comments import contract_comments
from chassis.edge.errors import RouteNotFound
from chassis.edge.problems import View
from chassis.edge.requests import require_get, require_known_host
from chassis.edge.router import Router
from chassis.openapi.document import document

_OURS = files("chassis.openapi") / "static"
_SWAGGER_UI = files("drf_spectacular_sidecar") / "static" / "drf_spectacular_sidecar" / "swagger-ui-dist"
_SCRIPT, _STYLE = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
PAGE = "docs.html"
_FILES: dict[str, tuple[Traversable, str]] = {
    PAGE: (_OURS, "text/html; charset=utf-8"),
    "docs.css": (_OURS, _STYLE),
    "docs.js": (_OURS, _SCRIPT),
    "swagger-ui.css": (_SWAGGER_UI, _STYLE),
    "swagger-ui-bundle.js": (_SWAGGER_UI, _SCRIPT),
    "favicon-32x32.png": (_SWAGGER_UI, "image/png"),
}
# Nothing from elsewhere, and no script but those two: the page holds an access token.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def openapi_json(router: Callable[[], Router]) -> View:
    """A view of the document of these routes, which is made when first asked for."""

    def view(request: HttpRequest, _: str) -> HttpResponse:
        return _kept(request, _document(router()), "application/json")

    return view


def docs(request: HttpRequest, _: str) -> HttpResponse:
    """The page at `/docs`, and its files below."""
    name = request.path_info.partition("/docs")[2].removeprefix("/") or PAGE
    if name not in _FILES:
        raise RouteNotFound
    response = _kept(request, _content(name), _FILES[name][1])
    response["Content-Security-Policy"] = _POLICY
    return response


@cache
def _document(router: Router) -> bytes:
    return json.dumps(document(router.bindings, contract_comments()), ensure_ascii=False).encode()


@cache
def _content(name: str) -> bytes:
    folder, _ = _FILES[name]
    return (folder / name).read_bytes()


@cache
def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _kept(request: HttpRequest, content: bytes, content_type: str) -> HttpResponse:
    """The content, or that it is still what the client has."""
    require_known_host(request)
    require_get(request)
    response = HttpResponse(content, content_type=content_type)
    response["ETag"] = _etag(content)
    response["Cache-Control"] = "no-cache"
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
