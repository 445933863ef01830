"""What Django's admin needs round it, kept away from the calls over REST: they need neither sessions nor cookies."""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from chassis.pages.headers import set_policy
from chassis.staff.settings import PATH

POLICY = "default-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


class _AdminOnly(MiddlewareMixin):
    def __call__(self, request: HttpRequest) -> Any:
        inside = request.path_info.startswith(PATH)
        return super().__call__(request) if inside else self.get_response(request)


class AdminSessions(_AdminOnly, SessionMiddleware):
    """Who has signed in."""


class AdminAuthentication(_AdminOnly, AuthenticationMiddleware):
    """`request.user`."""


class AdminMessages(_AdminOnly, MessageMiddleware):
    """What the last action has to say on the next page."""


class AdminHeaders(_AdminOnly):
    """What a browser may do with the pages. A view that knows better says so itself."""

    def process_response(self, _request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """`response`, with its policy."""
        return set_policy(response, POLICY)
