"""Refresh tokens: what their holder keeps, and what is stored of them."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import Self

BYTES = 32


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """Two random secrets: one that all tokens of a session share, and one of the token's own.

    By the first, a spent token is known for what it is, without a row for every token that ever was.
    """

    family: str
    own: str

    @classmethod
    def first(cls) -> Self:
        """The one that a new session starts with."""
        return cls(_secret(), _secret())

    @classmethod
    def parse(cls, text: str) -> Self:
        """The token that `text` stands for, whatever it is: what was never issued is not found."""
        family, _, own = text.partition(".")
        return cls(family, own)

    def next(self) -> Self:
        """A new one of the same session."""
        return replace(self, own=_secret())

    @property
    def text(self) -> str:
        """What its holder keeps."""
        return f"{self.family}.{self.own}"

    @property
    def family_hash(self) -> str:
        """What is stored of the secret that the session's tokens share."""
        return _hash(self.family)

    @property
    def own_hash(self) -> str:
        """What is stored of the token's own secret."""
        return _hash(self.own)


def _secret() -> str:
    return secrets.token_urlsafe(BYTES)


def _hash(secret: str) -> str:
    # Fast, unlike a password's: nobody guesses 256 random bits.
    return hashlib.sha256(secret.encode()).hexdigest()
