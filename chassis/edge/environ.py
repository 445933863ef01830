"""What an ASGI server read, as the environment that Django's WSGI handler takes."""

import io
import sys
import time
from typing import Any
from urllib.parse import unquote_to_bytes

from asgiref.typing import HTTPScope

# When the request was complete, on the clock of `time.monotonic()`: its deadline counts from then.
COMPLETE_AT = "chassis.complete_at"


def environ_of(scope: HTTPScope, body: bytes) -> dict[str, Any]:
    """The environment of a complete request. Nothing of this process's own environment is in it."""
    host, port = scope["server"] or ("", None)
    client, _ = scope["client"] or ("", None)
    path = scope["raw_path"] or b""
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        # PEP 3333: bytes as text in Latin-1.
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "REQUEST_URI": path.decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or ""),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client,
        "CONTENT_LENGTH": str(len(body)),
        COMPLETE_AT: time.monotonic(),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **_variables(scope["headers"]),
    }


def _variables(headers: Any) -> dict[str, str]:
    """Headers by their CGI names. One with an underscore is dropped: it would pass for one with a hyphen."""
    values: dict[str, list[str]] = {}
    for name, value in headers:
        if b"_" not in name and name not in (b"content-length", b"transfer-encoding"):
            values.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    return {_variable(name): ",".join(sent) for name, sent in values.items()}


def _variable(name: str) -> str:
    upper = name.upper().replace("-", "_")
    return upper if upper == "CONTENT_TYPE" else f"HTTP_{upper}"
