"""Access tokens: who signed in, proved by user_service's signature (RFC 9068, ES256)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import jwt

from chassis import keys
from chassis.errors import Unauthenticated

# What user_service signs with and everybody verifies by.
ISSUER = "shop.users"
AUDIENCE = "shop"
ALGORITHM = "ES256"
TYPE = "at+jwt"
REQUIRED_CLAIMS = ("iss", "aud", "sub", "exp", "iat", "jti", "sid")
STAFF_ROLE = "staff"
LEEWAY = 5  # Seconds by which two machines' clocks may differ.


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid access token says."""

    user_id: UUID
    is_staff: bool
    session_id: UUID  # The sign-in that it comes from.


class TokenInvalid(Unauthenticated):
    """This is not an access token of this shop. Sign in again."""


class TokenExpired(Unauthenticated):
    """The access token has expired. Refresh the session or sign in again."""


def verify(token: str) -> Claims:
    """What `token` says, if it is one of ours and still good.

    Raises TokenInvalid or TokenExpired, and `chassis.keys.KeysUnavailable` while the signing keys cannot be had.
    """
    try:
        return _claims(_decode(token))
    except jwt.ExpiredSignatureError as error:
        raise TokenExpired from error
    except (jwt.PyJWTError, ValueError) as error:
        raise TokenInvalid from error


def _decode(token: str) -> dict[str, Any]:
    header = jwt.get_unverified_header(token)
    if header.get("typ") != TYPE:
        raise TokenInvalid
    # Only the name of a key is taken from the header, never a key or an address of one (jwk, jku, x5u).
    key = keys.key_for(header.get("kid", ""))
    if key is None:
        raise TokenInvalid
    return jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        issuer=ISSUER,
        audience=AUDIENCE,
        leeway=LEEWAY,
        # Without this list, a token that lacks `exp` would be good for ever.
        options={"require": list(REQUIRED_CLAIMS)},
    )


def _claims(payload: dict[str, Any]) -> Claims:
    roles, session_id = payload.get("roles", []), payload["sid"]
    if not isinstance(roles, list) or not isinstance(session_id, str):
        raise TokenInvalid
    return Claims(user_id=UUID(payload["sub"]), is_staff=STAFF_ROLE in roles, session_id=UUID(session_id))
