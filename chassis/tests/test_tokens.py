import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from pytest_django import Settings

from chassis import keys, tokens
from chassis.errors import Unauthenticated
from chassis.keys import JWK, KeysUnavailable
from chassis.tokens import Claims, TokenExpired, TokenInvalid

KID = "known"
USER = UUID("0190b5a0-0000-7000-8000-000000000001")
SESSION = uuid4()
PRIVATE = ec.generate_private_key(ec.SECP256R1())
STRANGER = ec.generate_private_key(ec.SECP256R1())
GOOD_HEADER: dict[str, Any] = {"alg": "ES256", "kid": KID, "typ": "at+jwt"}


def published(key: ec.EllipticCurvePrivateKey = PRIVATE) -> list[JWK]:
    """The source that settings.SIGNING_KEYS names here."""
    return [{**json.loads(ECAlgorithm.to_jwk(key.public_key())), "kid": KID, "alg": "ES256", "use": "sig"}]


def nothing_published() -> list[JWK]:
    return []


@pytest.fixture(autouse=True)
def _known_keys(settings: Settings) -> Iterator[None]:
    settings.SIGNING_KEYS = f"{__name__}.published"
    yield
    keys.forget()


def claims(**changes: Any) -> dict[str, Any]:
    """Good claims, changed. None takes one away."""
    now = int(time.time())
    good = {"iss": "shop.users", "aud": "shop", "sub": str(USER), "iat": now, "exp": now + 900, "jti": uuid4().hex}
    ours = {"sid": str(SESSION), "roles": []}
    return {name: value for name, value in {**good, **ours, **changes}.items() if value is not None}


def header(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**GOOD_HEADER, **changes}.items() if value is not None}


def part(value: object) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")


def signed(payload: dict[str, Any], head: dict[str, Any], key: ec.EllipticCurvePrivateKey = PRIVATE) -> str:
    """Signed by hand: PyJWT would not write most of the headers below."""
    signing_input = part(head) + b"." + part(payload)
    signature = ECAlgorithm(ECAlgorithm.SHA256).sign(signing_input, key)
    return (signing_input + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def unsigned() -> str:
    return f"{part(header(alg='none')).decode()}.{part(claims()).decode()}."


def signed_with_the_public_key(form: bytes) -> str:
    """The public key taken for a shared secret."""
    signing_input = part(header(alg="HS256")) + b"." + part(claims())
    signature = hmac.new(form, signing_input, hashlib.sha256).digest()
    return (signing_input + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


PEM = PRIVATE.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
STRANGERS_JWK = published(STRANGER)[0]
NOW = int(time.time())

BAD_TOKENS = {
    "another audience": signed(claims(aud="warehouse"), header()),
    "another issuer": signed(claims(iss="shop.orders"), header()),
    "unsigned": unsigned(),
    "HS256 with the public key as PEM": signed_with_the_public_key(PEM),
    "HS256 with the public key as JWK": signed_with_the_public_key(json.dumps(published()[0]).encode()),
    "a stranger's signature": signed(claims(), header(), STRANGER),
    "a stranger's signature and key in the header": signed(claims(), header(jwk=STRANGERS_JWK), STRANGER),
    "a stranger's key set": signed(claims(), header(jku="https://stranger.example/keys"), STRANGER),
    "a stranger's certificate": signed(claims(), header(x5u="https://stranger.example/cert"), STRANGER),
    "an altered payload": ".".join(
        [signed(claims(), header()).split(".")[0], part(claims(roles=["staff"])).decode(), "AAAA"]
    ),
    **{f"no {name}": signed(claims(**{name: None}), header()) for name in tokens.REQUIRED_CLAIMS},
    "a subject that is no UUID": signed(claims(sub="admin"), header()),
    "a subject that is a number": signed(claims(sub=7), header()),
    "issued in the future": signed(claims(iat=NOW + 3600, exp=NOW + 7200), header()),
    "an expiry that is no time": signed(claims(exp="never"), header()),
    "roles that are no list": signed(claims(roles="not-staff"), header()),
    "a session that is no UUID": signed(claims(sid="the-same"), header()),
    "a session that is a number": signed(claims(sid=7), header()),
    "an ordinary JWT": signed(claims(), header(typ="JWT")),
    "no type": signed(claims(), header(typ=None)),
    "an unknown critical header": signed(claims(), header(crit=["b65"], b65=True)),
    "a key name that is a path": signed(claims(), header(kid="../../x")),
    "a key name that is a list": signed(claims(), header(kid=[KID])),
    "no key name": signed(claims(), header(kid=None)),
    "a payload that is a list": signed([1], header()),  # type: ignore[arg-type]
    "a header that is a list": "W10.e30.AAAA",
    "a deep header": base64.urlsafe_b64encode(b"[" * 6000).decode() + ".e30.AAAA",
    "garbage": "garbage",
    "three parts of garbage": "gar.ba.ge",
    "nothing": "",
    "a lone surrogate": "\udc80.\udc80.\udc80",
}


@pytest.mark.parametrize("token", BAD_TOKENS.values(), ids=BAD_TOKENS.keys())
def test_a_bad_token_is_refused_and_not_repeated_in_the_answer(token: str) -> None:
    with pytest.raises(TokenInvalid) as refused:
        tokens.verify(token)

    assert str(refused.value) == "This is not an access token of this shop. Sign in again."
    assert refused.value.metadata == {}


def test_a_good_token_says_who_its_owner_is() -> None:
    customer = Claims(user_id=USER, is_staff=False, session_id=SESSION)

    assert tokens.verify(signed(claims(), header())) == customer
    assert tokens.verify(signed(claims(roles=None), header())) == customer
    assert tokens.verify(signed(claims(roles=["staff"]), header())) == replace(customer, is_staff=True)


def test_a_token_made_with_pyjwt_is_good() -> None:
    token = jwt.encode(claims(), PRIVATE, tokens.ALGORITHM, headers={"kid": KID, "typ": tokens.TYPE})

    assert tokens.verify(token).user_id == USER


def test_an_expired_token_says_so() -> None:
    now = int(time.time())

    with pytest.raises(TokenExpired) as refused:
        tokens.verify(signed(claims(iat=now - 1000, exp=now - 10), header()))

    assert isinstance(refused.value, Unauthenticated)


def test_a_strangers_expired_token_is_not_even_called_expired() -> None:
    with pytest.raises(TokenInvalid):
        tokens.verify(signed(claims(exp=NOW - 1000), header(), STRANGER))


def test_clocks_may_differ_by_a_little() -> None:
    now = int(time.time())

    assert tokens.verify(signed(claims(iat=now + 3, exp=now - 2), header())).user_id == USER


def test_without_keys_nobody_is_told_that_their_token_is_bad(settings: Settings) -> None:
    settings.SIGNING_KEYS = f"{__name__}.nothing_published"

    with pytest.raises(KeysUnavailable):
        tokens.verify(signed(claims(), header()))
