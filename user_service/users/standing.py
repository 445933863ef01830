"""Whether a session still stands: asked at every call to this service, for every order, and for whatever staff do."""

from dataclasses import replace
from uuid import UUID

from django.utils import timezone

from chassis.call import Caller
from chassis.hot_reads import HotRead
from users.errors import SessionExpired
from users.models import Session, User

find_session = HotRead(Session, "id", only=["user", "expires_at", "user__is_active", "user__role"], parent="user")


def of_everybody(caller: Caller) -> Caller:
    """The caller with the role that the account has now. Raises SessionExpired; settings.SESSION_CHECK names it."""
    owner = check_session(user_id=caller.subject, session_id=caller.session)
    return replace(caller, is_staff=caller.is_staff and owner.is_staff)


def check_session(*, user_id: UUID, session_id: UUID) -> User:
    """The owner of a session. Raises SessionExpired if it has ended, is not this user's, or the account is closed."""
    owner = owner_of(session_id)
    if owner is None or owner.id != user_id:
        raise SessionExpired
    return owner


def owner_of(session_id: UUID) -> User | None:
    """Whose session it is; None if it has ended or the account is closed."""
    session = find_session(session_id)
    stands = session and session.expires_at > timezone.now() and session.user.is_active
    return session.user if session and stands else None
