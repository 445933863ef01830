"""Signing in, which is user_service's to decide, also in user_service's own admin."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis import tokens
from chassis.clients import channel, remote_errors
from chassis.errors import InvalidArgument
from chassis.staff.errors import NotStaff, TooManySignIns, WrongCredentials
from shop.users.v1.users_pb2 import LoginRequest
from shop.users.v1.users_pb2_grpc import UserServiceStub

TIMEOUT = 5.0  # Seconds: a password is compared in its turn, after those of others.


@dataclass(frozen=True, slots=True)
class SignIn:
    """A member of staff who has proved it."""

    user_id: UUID
    name: str
    ends: datetime  # When the access token expires.


def sign_in(email: str, password: str) -> SignIn:
    """Sign in by user_service.

    Raises WrongCredentials, NotStaff, TooManySignIns, InvalidArgument, and Unavailable while user_service is away.
    """
    stub = UserServiceStub(channel("user_service"))
    with remote_errors(WrongCredentials, TooManySignIns, InvalidArgument):
        session = stub.Login(LoginRequest(email=email, password=password), timeout=TIMEOUT)
    # The signature counts, and not the answer that brings it.
    claims = tokens.verify(session.access_token)
    if not claims.is_staff:
        raise NotStaff
    return SignIn(claims.user_id, session.user.display_name, session.expire_time.ToDatetime(UTC))
