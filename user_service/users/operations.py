"""What can be done with accounts. Signing in is in sessions.py."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from chassis.call import Caller
from chassis.hot_reads import HotRead
from chassis.transactions import committing
from users import events, passwords, throttle
from users.errors import (
    BuyerNotAllowed,
    EmailTaken,
    SessionExpired,
    UserDeactivated,
    UserNotFound,
    WrongCredentials,
)
from users.models import Role, User, UserQuerySet, normal_email
from users.standing import owner_of

find_account = HotRead(User, "id", only=["is_active"])


def register(*, email: str, password_hash: str, display_name: str, phone: str, language: str) -> User:
    """Open an account and announce it, inside the caller's transaction. Raises EmailTaken.

    `password_hash` comes from `passwords.new_hash`, before the transaction: a hash takes longer than all the rest.
    """
    user, created = User.objects.get_or_create(
        email=normal_email(email),
        defaults={"password": password_hash, "display_name": display_name, "phone": phone, "language": language},
    )
    if not created:
        raise EmailTaken
    events.user_registered(user)
    return user


def get_user(*, user_id: UUID, caller: Caller) -> User:
    """One account. Raises UserNotFound if there is none that the caller may see."""
    return _found(User.objects.visible_to(caller), user_id)


def list_users(*, caller: Caller) -> UserQuerySet:
    """All accounts that the caller may see, open or closed."""
    return User.objects.visible_to(caller)


def update_user(*, user_id: UUID, caller: Caller, changes: Mapping[str, str]) -> User:
    """Change the fields of a profile that `changes` names, to its values. Raises as `get_user` does."""
    visible = User.objects.visible_to(caller)
    if changes:
        visible.filter(id=user_id).update(**changes)
    return _found(visible, user_id)


def change_password(*, user_id: UUID, caller: Caller, current_password: str, new_password: str) -> None:
    """Replace the caller's password, and end all their sessions but the one that the call is made in.

    Raises UserNotFound if the account is not the caller's own, WrongCredentials, PasswordTooCommon and TooManySignIns.
    """
    user = _found(User.objects.filter(id=caller.subject), user_id)
    # Whoever has stolen a token must not find the password out by it.
    attempt = throttle.sign_in(user.email)
    if not attempt.compare(current_password, user.password):
        raise WrongCredentials
    attempt.succeeded(user)
    password_hash = passwords.new_hash(new_password, field="new_password")
    with transaction.atomic(durable=True):
        # Hashing took a while, and of two changes at once the second has the wrong password.
        if not User.objects.filter(id=user.id, password=user.password).update(password=password_hash):
            raise WrongCredentials
        user.sessions.exclude(id=caller.session).delete()


def deactivate_user(*, user_id: UUID, caller: Caller) -> User:
    """Close an account and end its sessions. Raises UserNotFound as `get_user` does."""
    user = get_user(user_id=user_id, caller=caller)
    with committing(user):
        user.close()
    return user


def create_staff(*, email: str, password_hash: str, display_name: str) -> User:
    """Open an account for somebody who runs the shop, which is not announced. Raises EmailTaken."""
    defaults = {"password": password_hash, "display_name": display_name, "role": Role.STAFF}
    user, created = User.objects.get_or_create(email=normal_email(email), defaults=defaults)
    if not created:
        raise EmailTaken
    return user


def promote(*, user_id: UUID) -> None:
    """Make an open account staff's; its next access token says so. Raises UserDeactivated for a closed one."""
    if not User.objects.filter(id=user_id, is_active=True).update(role=Role.STAFF):
        raise UserDeactivated


def validate_user(*, user_id: UUID, session_id: UUID | None) -> None:
    """Raise UserNotFound or UserDeactivated unless the user may order.

    With a session, raise SessionExpired if it has ended, BuyerNotAllowed if it is neither the user's nor of staff.
    """
    owner = owner_of(session_id) if session_id else None
    # Almost every order: its buyer's account is open, or nobody would be signed in to it.
    if owner and owner.id == user_id:
        return
    user = find_account(user_id)
    if user is None:
        raise UserNotFound
    if not user.is_active:
        raise UserDeactivated
    if session_id and owner is None:
        raise SessionExpired
    if owner and not owner.is_staff:
        raise BuyerNotAllowed


def get_contact(*, user_id: UUID) -> User:
    """An account, of which only what is needed to reach its owner is read. Raises UserNotFound."""
    user = User.objects.only("email", "phone", "language").filter(id=user_id).first()
    if user is None:
        raise UserNotFound
    return user


def _found(users: UserQuerySet, user_id: UUID) -> User:
    user = users.filter(id=user_id).first()
    if user is None:
        raise UserNotFound
    return user
