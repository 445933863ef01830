"""The REST edge as a WSGI application."""

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from chassis.edge.router import service_router
from chassis.edge.stopping import end_streams_when_told_to_stop


def edge_application() -> WSGIHandler:
    """The application, with all routes compiled: a rule that cannot be served ends the process at its start.

    Raises chassis.edge.rules.InvalidRule.
    """
    application = get_wsgi_application()
    service_router()
    end_streams_when_told_to_stop()
    return application
