"""No routes and no servicers: the tests bring their own."""

import grpc
from django.urls import URLPattern

urlpatterns: list[URLPattern] = []


def no_handlers(server: grpc.Server) -> None:
    """The hook of a service that answers nothing."""
