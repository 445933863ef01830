"""Whether the process lives, and whether it can do its work. Probes need no known host and no token."""

from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse

from chassis.edge.requests import require_get


def livez(request: HttpRequest, _: str) -> HttpResponse:
    """200 as long as anything answers at all."""
    require_get(request)
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest, _: str) -> HttpResponse:
    """200 if every database answers; else 503, from the error that it raised."""
    require_get(request)
    for connection in connections.all():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
