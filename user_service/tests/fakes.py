"""Hashers that tell what is asked of them, and accounts to ask about."""

import threading
from typing import Any
from uuid import uuid4

from users.models import User
from users.passwords import Argon2idHasher

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


def an_account(**values: Any) -> User:
    """A stored customer whose password nobody knows, unless `values` say otherwise."""
    defaults = {"email": f"{uuid4().hex}@example.com", "password": "!", "display_name": "Grace"}
    return User.objects.create(**{**defaults, **values})
