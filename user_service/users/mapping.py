"""Accounts as messages."""

from chassis.timestamps import timestamp
from shop.users.v1 import users_pb2
from users.models import Role, User
from users.operations import Session

ROLES = {
    Role.CUSTOMER: users_pb2.ROLE_CUSTOMER,
    Role.STAFF: users_pb2.ROLE_STAFF,
}


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


def session_to_proto(session: Session) -> users_pb2.Session:
    """A sign-in's result."""
    return users_pb2.Session(
        access_token=session.access_token.text,
        expire_time=timestamp(session.access_token.expires_at),
        user=user_to_proto(session.user),
    )


def contact_to_proto(user: User) -> users_pb2.Contact:
    """How to reach a user."""
    return users_pb2.Contact(display_name=user.display_name, email=user.email, phone=user.phone, language=user.language)
