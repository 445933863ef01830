"""What Django's request does not tell as it was sent, and what every request has to be."""

from urllib.parse import quote, unquote

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from chassis.addresses import client_address
from chassis.edge.errors import HostNotAllowed, MethodNotAllowed, UnsupportedMediaType

_PATH_CHARACTERS = "/:@!$&'()*+,;=~-._"  # RFC 3986, section 3.3: what a path may hold without encoding.


def require_known_host(request: HttpRequest) -> None:
    """Raise HostNotAllowed unless the setting ALLOWED_HOSTS names the request's host."""
    try:
        request.get_host()
    except DisallowedHost as error:
        raise HostNotAllowed from error


def require_get(request: HttpRequest) -> None:
    """Raise MethodNotAllowed if the request could want to change something."""
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed(["GET", "HEAD", "OPTIONS"])


def header(request: HttpRequest, name: str) -> str:
    """A header's value, or an empty one. Django's `headers` copies the whole environment first."""
    return str(request.META.get(f"HTTP_{name.upper().replace('-', '_')}", ""))


def address_of(request: HttpRequest) -> str:
    """The client's IP address."""
    return client_address(str(request.META.get("REMOTE_ADDR", "")), header(request, "X-Forwarded-For"))


def encoded_path(request: HttpRequest) -> str:
    """The path, percent-encoded: as it was sent, or encoded anew for a request that comes from no server of ours."""
    sent = str(request.META.get("REQUEST_URI", ""))
    return sent if sent and unquote(sent) == request.path_info else quote(request.path_info, _PATH_CHARACTERS)


def require_json(request: HttpRequest) -> None:
    """Raise UnsupportedMediaType unless the body is announced as plain JSON in UTF-8."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    coding = header(request, "Content-Encoding") or "identity"
    if (request.content_type, charset.lower(), coding.lower()) != ("application/json", "utf-8", "identity"):
        raise UnsupportedMediaType
