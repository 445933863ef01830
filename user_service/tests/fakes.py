"""Hashers that tell what is asked of them, and accounts to ask about."""

import threading
from collections.abc import Callable
from typing import Any, ClassVar
from uuid import uuid4

from django.db import connections

from users import passwords, sessions
from users.models import Role, Session, User
from users.passwords import Argon2idHasher
from users.refresh_tokens import RefreshToken
from users.sessions import SignIn

PASSWORD = "a fine long password"


class CountingHasher(Argon2idHasher):
    """Counts the hashes that were computed, to store or to compare."""

    count = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.count += 1
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        CountingHasher.count += 1
        return super().verify(password, encoded)


class WaitingHasher(Argon2idHasher):
    """Computes nothing until it is let go."""

    go = threading.Event()
    waiting = threading.Semaphore(0)

    def encode(self, password: str, salt: str) -> str:
        WaitingHasher.waiting.release()
        assert WaitingHasher.go.wait(10)
        return super().encode(password, salt)


class InterruptedHasher(Argon2idHasher):
    """Lets something happen each time a password has been compared, before anybody hears the result."""

    meanwhile: ClassVar[Callable[[], object]]

    def verify(self, password: str, encoded: str) -> bool:
        right = super().verify(password, encoded)
        InterruptedHasher.meanwhile()
        connections.close_all()
        return right


def an_account(**values: Any) -> User:
    """A stored customer whose password nobody knows, unless `values` say otherwise."""
    defaults = {"email": f"{uuid4().hex}@example.com", "password": "!", "display_name": "Grace"}
    return User.objects.create(**{**defaults, **values})


def staff() -> User:
    """A stored account of somebody who runs the shop."""
    return an_account(role=Role.STAFF)


def a_session(user: User) -> Session:
    """A stored session of a user's, which nobody else knows of."""
    token = RefreshToken.first()
    session = Session(user=user, family_hash=token.family_hash)
    session.renew(token)
    return session


def a_sign_in(**values: Any) -> SignIn:
    """A new account, and a session of its owner's."""
    user = an_account(**{"password": passwords.new_hash(PASSWORD), **values})
    return sessions.login(email=user.email, password=PASSWORD)
