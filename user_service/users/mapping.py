"""Accounts and sessions as messages."""

from uuid import uuid4

from chassis.field_masks import masked
from chassis.timestamps import timestamp
from chassis.validation import validate
from shop.users.v1 import users_pb2
from users.models import DEFAULT_LANGUAGE, Role, User
from users.sessions import SignIn

ROLES = {
    Role.CUSTOMER: users_pb2.ROLE_CUSTOMER,
    Role.STAFF: users_pb2.ROLE_STAFF,
}
CHANGEABLE = {"display_name", "phone", "language"}  # The same names in the contract and in the model.


def user_to_proto(user: User) -> users_pb2.User:
    """An account, as its owner and staff see it."""
    return users_pb2.User(
        user_id=str(user.id),
        email=user.email,
        display_name=user.display_name,
        phone=user.phone,
        language=user.language,
        role=ROLES[Role(user.role)],
        active=user.is_active,
        create_time=timestamp(user.created_at),
    )


def require_good_registration(*, email: str, password: str, display_name: str) -> None:
    """Raise InvalidArgument for what the contract would not let a customer register with."""
    validate(
        users_pb2.RegisterRequest(request_id=str(uuid4()), email=email, password=password, display_name=display_name)
    )


def changes_from_proto(request: users_pb2.UpdateUserRequest) -> dict[str, str]:
    """What to change, by name of the model's field. Raises InvalidArgument for a mask that cannot be."""
    names = masked(request, request.update_mask, CHANGEABLE, required={"display_name"})
    # Empty where the mask names what is absent.
    changes: dict[str, str] = {name: getattr(request, name) for name in names}
    if "language" in changes:
        changes["language"] = changes["language"] or DEFAULT_LANGUAGE
    return changes


def session_to_proto(sign_in: SignIn) -> users_pb2.Session:
    """What Login and RefreshSession hand out."""
    return users_pb2.Session(
        access_token=sign_in.access_token.text,
        expire_time=timestamp(sign_in.access_token.expires_at),
        refresh_token=sign_in.refresh_token.text,
        refresh_expire_time=timestamp(sign_in.expires_at),
        user=user_to_proto(sign_in.user),
    )


def contact_to_proto(user: User) -> users_pb2.Contact:
    """How to reach a user."""
    return users_pb2.Contact(email=user.email, phone=user.phone, language=user.language)
