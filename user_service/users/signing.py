"""Signing keys and the access tokens made with them.

A key is a PEM file in SIGNING_KEYS_DIR, named for the moment it was made. Every key there is published; one of
them signs. Keys are rotated by `manage.py create_signing_key`, and the old file is removed once its last token
has expired. Running processes notice both.
"""

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from jwt.algorithms import ECAlgorithm
from jwt.utils import base64url_encode

from chassis import tokens

NAME_FORMAT = "%Y%m%dT%H%M%S.%fZ"  # Sorts by age.


class SigningKeyMissing(ImproperlyConfigured):
    """There is no signing key, so nobody can sign in."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, and what the world may know of it."""

    created_at: datetime
    private: ec.EllipticCurvePrivateKey
    public: dict[str, str]  # A JWK.

    @property
    def kid(self) -> str:
        """The key's name: its RFC 7638 thumbprint."""
        return self.public["kid"]


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A signed token, and when it stops working."""

    text: str
    expires_at: datetime


def access_token(*, user_id: UUID, is_staff: bool, session_id: UUID) -> AccessToken:
    """A new token for a user who has proved who they are. Raises SigningKeyMissing."""
    key = signing_key()
    now = datetime.now(UTC).replace(microsecond=0)
    expires_at = now + timedelta(seconds=settings.ACCESS_TOKEN_LIFETIME)
    claims = {
        "iss": tokens.ISSUER,
        "aud": tokens.AUDIENCE,
        "sub": str(user_id),
        "iat": now,
        "exp": expires_at,
        "jti": str(uuid4()),
        "sid": str(session_id),
        "roles": [tokens.STAFF_ROLE] if is_staff else [],
    }
    headers = {"kid": key.kid, "typ": tokens.TYPE}
    return AccessToken(jwt.encode(claims, key.private, tokens.ALGORITHM, headers), expires_at)


def public_keys() -> list[dict[str, str]]:
    """Every published key as a JWK, newest first; empty if there is none."""
    return [key.public for key in _keys()]


def signing_key() -> SigningKey:
    """The key that signs now. Raises SigningKeyMissing.

    It is the newest that has been published for SIGNING_KEY_DELAY: services keep the key set for minutes, and
    would refuse a token whose key they have not seen. While all are younger than that, it is the oldest.
    """
    keys = _keys()
    if not keys:
        raise SigningKeyMissing(f"No signing key in {settings.SIGNING_KEYS_DIR}: run `manage.py create_signing_key`.")
    known_since = datetime.now(UTC) - timedelta(seconds=settings.SIGNING_KEY_DELAY)
    return next((key for key in keys if key.created_at <= known_since), keys[-1])


def create_key() -> SigningKey:
    """Make a new key and publish it."""
    folder = Path(settings.SIGNING_KEYS_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = ec.generate_private_key(ec.SECP256R1())
    file = folder / f"{datetime.now(UTC).strftime(NAME_FORMAT)}.pem"
    # Written under another name first, so that no process reads half a key.
    draft = file.with_suffix(f".{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        handle.write(_pem(private))
    draft.rename(file)
    return _read(file)


def _keys() -> tuple[SigningKey, ...]:
    """Newest first."""
    files = Path(settings.SIGNING_KEYS_DIR).glob("*.pem")
    return _read_all(tuple(sorted(files, reverse=True)))


# Listing the folder is cheap, and its listing says all: a key's file never changes.
@lru_cache(maxsize=1)
def _read_all(files: tuple[Path, ...]) -> tuple[SigningKey, ...]:
    return tuple(map(_read, files))


def _read(file: Path) -> SigningKey:
    private = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise ImproperlyConfigured(f"{file} is no key for {tokens.ALGORITHM}")
    created_at = datetime.strptime(file.stem, NAME_FORMAT).replace(tzinfo=UTC)
    return SigningKey(created_at, private, _jwk(private.public_key()))


def _jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    point = {name: str(value) for name, value in ECAlgorithm.to_jwk(key, as_dict=True).items()}
    # RFC 7638: the required members alone, in order, without a space.
    canonical = json.dumps(point, sort_keys=True, separators=(",", ":"))
    thumbprint = base64url_encode(hashlib.sha256(canonical.encode()).digest()).decode()
    return {"kid": thumbprint, **point, "alg": tokens.ALGORITHM, "use": "sig"}


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
