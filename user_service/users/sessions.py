"""What can be done with sessions: signing in, staying signed in, signing out."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from chassis import call
from users import signing, throttle
from users.errors import SessionExpired, WrongCredentials
from users.models import Session, User, normal_email
from users.refresh_tokens import RefreshToken

log = structlog.get_logger("users.sessions")

BATCH = 500


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a sign-in hands out."""

    user: User
    access_token: signing.AccessToken
    refresh_token: RefreshToken
    expires_at: datetime  # When the refresh token stops working.


def login(*, email: str, password: str) -> SignIn:
    """Start a session. Raises WrongCredentials, whatever is wrong, TooManyAttempts and TooManySignIns."""
    attempt = throttle.sign_in(email)
    user = User.objects.filter(email=normal_email(email)).first()
    call.note(account=str(user.id) if user else "unknown")
    # Also compared for an account that is unknown or closed: the answer's time must not tell which are open.
    right = attempt.compare(password, user.password if user else None)
    if user is None or not right:
        raise WrongCredentials
    started = _start(user)
    attempt.succeeded(user)
    return started


def refresh_session(*, refresh_token: str) -> SignIn:
    """Exchange the latest refresh token of a session for the next. Raises SessionExpired.

    A token that is spent, too old or of a closed account ends the session: either its holder or whoever spent it
    stole it, and nobody can tell which.
    """
    presented = RefreshToken.parse(refresh_token)
    with transaction.atomic(durable=True):
        # Of two who present the same token at once, the second sees it spent.
        session = Session.objects.select_for_update(of=("self",)).select_related("user").of(presented).first()
        if session and session.accepts(presented):
            return _handed_out(session, presented.next())
        Session.objects.of(presented).delete()
    # Not raised inside the transaction, which would keep the session.
    if session:
        log.warning("session.refused", session_id=str(session.id), user_id=str(session.user_id))
    raise SessionExpired


def revoke_session(*, refresh_token: str) -> None:
    """End the session that a token belongs to, be it spent or not, if there is one."""
    Session.objects.of(RefreshToken.parse(refresh_token)).delete()


def forget_expired_sessions() -> int:
    """Delete some sessions whose refresh token is too old; a worker task. Returns how many."""
    expired = Session.objects.filter(expires_at__lte=timezone.now()).order_by("expires_at")
    deleted, _ = Session.objects.filter(pk__in=list(expired.values_list("pk", flat=True)[:BATCH])).delete()
    return deleted


def _start(user: User) -> SignIn:
    token = RefreshToken.first()
    with transaction.atomic(durable=True):
        # Comparing took a while. Locked and read again, lest this session outlive a change that ends all of them.
        unchanged = User.objects.select_for_update().filter(id=user.id, password=user.password, is_active=True).first()
        if unchanged is None:
            raise WrongCredentials
        return _handed_out(Session(user=unchanged, family_hash=token.family_hash), token)


def _handed_out(session: Session, token: RefreshToken) -> SignIn:
    """Called inside the transaction: without a signing key, nothing must have been started or spent."""
    session.renew(token)
    user = session.user
    access_token = signing.access_token(user_id=user.id, is_staff=user.is_staff, session_id=session.id)
    return SignIn(user, access_token, token, session.expires_at)
