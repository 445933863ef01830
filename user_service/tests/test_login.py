"""Signing in, against the database."""

import pytest
from pytest_django import Settings

from chassis import tokens
from tests.fakes import PASSWORD, CountingHasher, InterruptedHasher, an_account
from users import passwords, sessions, signing
from users.errors import WrongCredentials
from users.models import Session, User

pytestmark = pytest.mark.django_db


def test_login_gives_tokens_for_the_account_however_the_address_is_typed(signing_key: signing.SigningKey) -> None:
    user = an_account(email="grace@example.com", password=passwords.new_hash(PASSWORD))

    sign_in = sessions.login(email="GRACE@example.com", password=PASSWORD)

    session = Session.objects.get()
    assert sign_in.user == session.user == user
    assert tokens.verify(sign_in.access_token.text).session_id == session.id


@pytest.mark.parametrize("email", ["open@example.com", "closed@example.com", "unknown@example.com"])
def test_every_failed_login_costs_one_hash_and_says_the_same(email: str, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["tests.fakes.CountingHasher"]
    stored = passwords.new_hash(PASSWORD)
    an_account(email="open@example.com", password=stored)
    an_account(email="closed@example.com", password=stored, is_active=False)
    CountingHasher.count = 0

    with pytest.raises(WrongCredentials, match="The address or the password is wrong"):
        sessions.login(email=email, password="another password")

    assert CountingHasher.count == 1


def test_the_right_password_does_not_open_a_closed_account(signing_key: signing.SigningKey) -> None:
    an_account(email="closed@example.com", password=passwords.new_hash(PASSWORD), is_active=False)

    with pytest.raises(WrongCredentials):
        sessions.login(email="closed@example.com", password=PASSWORD)

    assert not Session.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "!another"}])
def test_no_session_starts_for_an_account_that_changed_while_its_password_was_compared(
    signing_key: signing.SigningKey, settings: Settings, change: dict[str, object]
) -> None:
    settings.PASSWORD_HASHERS = ["tests.fakes.InterruptedHasher"]
    user = an_account(password=passwords.new_hash(PASSWORD))
    InterruptedHasher.meanwhile = lambda: User.objects.update(**change)

    with pytest.raises(WrongCredentials):
        sessions.login(email=user.email, password=PASSWORD)

    assert not Session.objects.exists()
