"""What Django's request does not tell as it was sent: the encoded path and the bounded, whole body."""

from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from chassis.edge.errors import (
    HostNotAllowed,
    LengthRequired,
    MalformedRequest,
    MethodNotAllowed,
    RequestTooLarge,
    UnsupportedMediaType,
)
from chassis.errors import Violation

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


def encoded_path(request: HttpRequest) -> str:
    """The path, percent-encoded: as it was sent if the server tells, else encoded anew.

    gunicorn and uWSGI tell. granian does not, so behind it an encoded slash is a slash and `%3A` a colon.
    """
    sent = request.META.get("RAW_URI") or request.META.get("REQUEST_URI") or ""
    path = urlsplit(sent).path if "://" in sent else sent.partition("?")[0]
    # A proxy or a prefix may have changed the path since.
    return path if path and unquote(path) == request.path_info else quote(request.path_info, _PATH_CHARACTERS)


def body_of(request: HttpRequest) -> bytes:
    """The whole body. Raises RequestTooLarge, LengthRequired, or MalformedRequest if it ended early."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    announced = int(length) if length.isdecimal() else 0
    if announced > limit:
        raise RequestTooLarge(f"The body has {announced} bytes, and this server takes {limit}.")
    # Django's own `body` reads nothing where a body comes in chunks, without a length.
    terminated = bool(request.META.get("wsgi.input_terminated"))
    if "HTTP_TRANSFER_ENCODING" in request.META and not terminated:
        raise LengthRequired
    body: bytes = request.META["wsgi.input"].read(limit + 1 if terminated else announced)
    if len(body) > limit:
        raise RequestTooLarge(f"The body has more than {limit} bytes.")
    if len(body) < announced:
        raise MalformedRequest(Violation("", "the body is shorter than its Content-Length"))
    return body


def require_json(request: HttpRequest) -> None:
    """Raise UnsupportedMediaType unless the body is announced as plain JSON in UTF-8."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    coding = header(request, "Content-Encoding") or "identity"
    if (request.content_type, charset.lower(), coding.lower()) != ("application/json", "utf-8", "identity"):
        raise UnsupportedMediaType
