"""Style sheets, scripts and pictures, from the `static/` folder of every app."""

from django.contrib.staticfiles.views import serve
from django.http import HttpRequest
from django.http.response import HttpResponseBase

LIFETIME = 300  # Seconds for which a browser need not ask again.


def static_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """The file at `path` below STATIC_URL, or Http404.

    From the installed apps themselves, so there is nothing to collect. A few files for a few people: in front of a
    crowd, a proxy keeps them.
    """
    response = serve(request, path, insecure=True)
    response["Cache-Control"] = f"public, max-age={LIFETIME}"
    return response
