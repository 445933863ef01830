"""Signing keys: made, published, rotated; and the tokens signed with them."""

import hashlib
import stat
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from jwt.utils import base64url_encode
from pytest_django import Settings

from chassis import tokens
from users import signing
from users.checks import signing_key_is_there


def a_token(user_id: UUID | None = None) -> signing.AccessToken:
    return signing.access_token(user_id=user_id or uuid4(), is_staff=False, session_id=uuid4())


def test_a_token_says_who_signed_in_and_until_when(signing_key: signing.SigningKey) -> None:
    user_id, session_id = uuid4(), uuid4()

    token = signing.access_token(user_id=user_id, is_staff=True, session_id=session_id)

    assert tokens.verify(token.text) == tokens.Claims(user_id=user_id, is_staff=True, session_id=session_id)
    payload = jwt.decode(token.text, options={"verify_signature": False})
    assert payload["exp"] == token.expires_at.timestamp() == payload["iat"] + 900


def test_a_customers_token_is_not_a_staff_token(signing_key: signing.SigningKey) -> None:
    token = a_token()

    assert not tokens.verify(token.text).is_staff


def test_no_two_tokens_have_the_same_id(signing_key: signing.SigningKey) -> None:
    user_id = uuid4()
    issued = [a_token(user_id) for _ in range(2)]

    assert issued[0].text != issued[1].text


def test_a_token_is_refused_after_its_life(signing_key: signing.SigningKey, settings: Settings) -> None:
    settings.ACCESS_TOKEN_LIFETIME = -60

    with pytest.raises(tokens.TokenExpired):
        tokens.verify(a_token().text)


def test_a_published_key_keeps_its_secret_and_is_named_by_its_thumbprint(signing_key: signing.SigningKey) -> None:
    [key] = signing.public_keys()

    assert key.keys() == {"kid", "kty", "crv", "x", "y", "alg", "use"}
    canonical = f'{{"crv":"P-256","kty":"EC","x":"{key["x"]}","y":"{key["y"]}"}}'
    assert key["kid"] == base64url_encode(hashlib.sha256(canonical.encode()).digest()).decode()


def test_only_the_owner_can_read_a_key(signing_key: signing.SigningKey, keys_folder: Path) -> None:
    [file] = keys_folder.iterdir()

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys_folder.stat().st_mode) == 0o700


def test_a_new_key_is_published_at_once_and_signs_when_everybody_knows_it(
    signing_key: signing.SigningKey, settings: Settings
) -> None:
    new = signing.create_key()

    assert [key["kid"] for key in signing.public_keys()] == [new.kid, signing_key.kid]
    assert signing.signing_key().kid == signing_key.kid
    settings.SIGNING_KEY_DELAY = 0
    assert signing.signing_key().kid == new.kid


def test_a_removed_key_is_no_longer_published(signing_key: signing.SigningKey, keys_folder: Path) -> None:
    [old] = keys_folder.iterdir()
    new = signing.create_key()
    old.unlink()

    assert [key["kid"] for key in signing.public_keys()] == [new.kid]


def test_without_a_key_nobody_signs_in_and_the_check_says_what_to_do(keys_folder: Path) -> None:
    with pytest.raises(signing.SigningKeyMissing, match="create_signing_key"):
        a_token()

    [error] = signing_key_is_there()
    assert error.id == "users.E001"


def test_the_check_is_content_with_a_key(signing_key: signing.SigningKey) -> None:
    assert signing_key_is_there() == []


def test_a_key_of_another_kind_is_refused_by_the_name_of_its_file(keys_folder: Path) -> None:
    keys_folder.mkdir()
    stranger = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (keys_folder / "20260101T000000.000000Z.pem").write_bytes(stranger)

    with pytest.raises(ImproperlyConfigured, match="20260101"):
        signing.public_keys()


def test_create_signing_key_prints_the_name_of_the_key(keys_folder: Path) -> None:
    output = StringIO()
    call_command("create_signing_key", stdout=output)

    assert output.getvalue().strip() == signing.signing_key().kid
