"""What Django's admin needs round it, kept away from the calls over REST: they need neither sessions nor cookies."""

from typing import Any
from uuid import UUID

from django.contrib.auth import logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from chassis import sessions
from chassis.call import Caller
from chassis.errors import Unauthenticated, Unavailable
from chassis.pages.headers import set_policy
from chassis.staff.backend import SESSION_ID
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


class AdminStanding(_AdminOnly):
    """Signs out whose session in user_service has ended, or who is staff no more."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """An answer only if nobody can say now whether the session stands."""
        try:
            if request.user.is_authenticated and not _stands(request):
                logout(request)
        except Unavailable as refusal:
            return HttpResponse(str(refusal), status=503, content_type="text/plain", headers={"Retry-After": "2"})
        return None


def _stands(request: HttpRequest) -> bool:
    session_id = request.session.get(SESSION_ID)
    if not session_id:
        return False
    caller = Caller(user_id=UUID(str(request.user.pk)), is_staff=True, session_id=UUID(session_id))
    try:
        return sessions.checked(caller).is_staff
    except Unauthenticated:
        return False


class AdminMessages(_AdminOnly, MessageMiddleware):
    """What the last action has to say on the next page."""


class AdminHeaders(_AdminOnly):
    """What a browser may do with the pages. A view that knows better says so itself."""

    def process_response(self, _request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """`response`, with its policy."""
        return set_policy(response, POLICY)
