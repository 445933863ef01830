"""What can be done with accounts."""

from dataclasses import dataclass
from uuid import UUID

from chassis.call import Caller
from chassis.hot_reads import HotRead
from users import events, passwords, signing
from users.errors import EmailTaken, UserDeactivated, UserNotFound, WrongCredentials
from users.models import User, normal_email

# Every order asks for it.
find_standing = HotRead(User, "id", only=["is_active"])


@dataclass(frozen=True, slots=True)
class Session:
    """What a sign-in hands out."""

    user: User
    access_token: signing.AccessToken


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


def login(*, email: str, password: str) -> Session:
    """Sign in. Raises WrongCredentials, whatever is wrong, and TooManySignIns."""
    user = User.objects.filter(email=normal_email(email)).first()
    # Also compared for an account that is unknown or closed: the answer's time must not tell which are open.
    right = passwords.matches(password, user.password if user else None)
    if user is None or not right or not user.is_active:
        raise WrongCredentials
    return Session(user, signing.access_token(user_id=user.id, is_staff=user.is_staff))


def get_user(*, user_id: UUID, caller: Caller) -> User:
    """One account. Raises UserNotFound if there is none that the caller may see."""
    user = User.objects.visible_to(caller).filter(id=user_id).first()
    if user is None:
        raise UserNotFound
    return user


def validate_user(*, user_id: UUID) -> None:
    """Raise UserNotFound or UserDeactivated unless the user may order."""
    user = find_standing(user_id)
    if user is None:
        raise UserNotFound
    if not user.is_active:
        raise UserDeactivated


def get_contact(*, user_id: UUID) -> User:
    """An account, of which only what is needed to reach its owner is read. Raises UserNotFound."""
    user = User.objects.only("display_name", "email", "phone", "language").filter(id=user_id).first()
    if user is None:
        raise UserNotFound
    return user
