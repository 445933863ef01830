"""Whether a session still stands: asked at every call to this service, for every order, and for whatever staff do."""

from dataclasses import replace
from uuid import UUID

from django.utils import timezone

from chassis.call import Caller
from chassis.hot_reads import HotRead
from users.errors import SessionExpired
from users.models import Session, User

find_session = HotRead(Session, "id", only=["user", "expires_at"])
find_account = HotRead(User, "id", only=["is_active", "role"])


def of_everybody(caller: Caller) -> Caller:
    """The caller with the role that the account has now. Raises SessionExpired; settings.SESSION_CHECK names it."""
    owner = check_session(user_id=caller.subject, session_id=caller.session)
    return replace(caller, is_staff=caller.is_staff and owner.is_staff)


def check_session(*, user_id: UUID, session_id: UUID) -> User:
    """The owner of a session. Raises SessionExpired if it has ended, is not this user's, or the account is closed."""
    session = standing_session(session_id)
    if session.user_id != user_id:
        raise SessionExpired
    return owner_of(session)


def standing_session(session_id: UUID) -> Session:
    """A session that has not ended. Raises SessionExpired."""
    session = find_session(session_id)
    if session is None or session.expires_at <= timezone.now():
        raise SessionExpired
    return session


def owner_of(session: Session) -> User:
    """Whose session it is. Raises SessionExpired if the account is closed."""
    owner = find_account(session.user_id)
    if owner is None or not owner.is_active:
        raise SessionExpired
    return owner
