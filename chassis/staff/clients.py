"""Signing staff in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis import tokens
from chassis.login import login
from chassis.staff.errors import NotStaff
from shop.users.v1.users_pb2 import LoginRequest


@dataclass(frozen=True, slots=True)
class SignIn:
    """A member of staff who has proved it."""

    user_id: UUID
    name: str
    session_id: UUID
    ends: datetime  # When the access token expires.


def sign_in(email: str, password: str, address: str) -> SignIn:
    """Sign in, as staff, from this IP address. Raises NotStaff, and what `chassis.login.login` raises."""
    session = login(LoginRequest(email=email, password=password), address)
    # The signature counts, and not the answer that brings it.
    claims = tokens.verify(session.access_token)
    if not claims.is_staff:
        raise NotStaff
    ends = session.expire_time.ToDatetime(UTC)
    return SignIn(claims.user_id, session.user.display_name, claims.session_id, ends)
