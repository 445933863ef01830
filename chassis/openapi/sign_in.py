"""Signing in from the page at `/docs`, on whichever edge it is.

Login is a route of user_service's edge alone. A page of another edge could reach it only if browsers were told that
other origins may; this edge asks for it over gRPC instead, as a caller who is nobody in particular.
"""

import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from chassis.call import Call, Caller, answering
from chassis.contract import method
from chassis.edge.errors import MethodNotAllowed
from chassis.edge.requests import address_of, require_json, require_known_host
from chassis.edge.transcode import read_json
from chassis.login import login
from shop.users.v1.users_pb2 import LoginRequest

LOGIN = "/shop.users.v1.UserService/Login"


def sign_in(request: HttpRequest, correlation: str) -> HttpResponse:
    """Take what Login takes, and answer `{"access_token", "display_name"}`.

    The refresh token stays here: a page that is closed within minutes needs none.
    """
    require_known_host(request)
    if request.method != "POST":
        raise MethodNotAllowed(["OPTIONS", "POST"])
    body = request.body
    # Also what makes a browser ask before another site may send this.
    require_json(request)
    asked = LoginRequest()
    read_json(asked, body)
    deadline = time.monotonic() + settings.CALL_DEADLINE
    call = Call(method=method(LOGIN), caller=Caller(), deadline=deadline, correlation_id=correlation)
    with answering(call):
        session = login(asked, address_of(request))
    return JsonResponse({"access_token": session.access_token, "display_name": session.user.display_name})
