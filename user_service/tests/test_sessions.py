"""Staying signed in and signing out, against the database."""

import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from chassis import tokens
from chassis.testing import at_once
from tests.fakes import PASSWORD, a_sign_in
from users import sessions, signing
from users.errors import SessionExpired
from users.models import Role, Session, User
from users.sessions import SignIn

pytestmark = pytest.mark.django_db


def refreshed(sign_in: SignIn) -> SignIn:
    return sessions.refresh_session(refresh_token=sign_in.refresh_token.text)


def test_what_is_stored_of_a_refresh_token_does_not_give_it_away(signing_key: signing.SigningKey) -> None:
    token = a_sign_in().refresh_token
    stored = " ".join(str(value) for value in Session.objects.values_list().get())

    assert token.family not in stored
    assert token.own not in stored
    assert len(token.family) == len(token.own) == len(secrets.token_urlsafe(32))


def test_a_session_goes_on_with_another_refresh_token_each_time(signing_key: signing.SigningKey) -> None:
    first = a_sign_in()
    second = refreshed(first)
    third = refreshed(second)

    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert len({first.access_token, second.access_token, third.access_token}) == 3
    assert tokens.verify(third.access_token.text).session_id == Session.objects.get().id


def test_refreshing_takes_up_what_became_of_the_account(signing_key: signing.SigningKey) -> None:
    first = a_sign_in()
    User.objects.update(role=Role.STAFF)

    assert tokens.verify(refreshed(first).access_token.text).is_staff


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_a_spent_token_ends_its_session_and_no_other(signing_key: signing.SigningKey, steps: int) -> None:
    other, first = a_sign_in(), a_sign_in()
    latest = first
    for _ in range(steps):
        latest = refreshed(latest)

    for sign_in in (first, latest):
        with pytest.raises(SessionExpired):
            refreshed(sign_in)
    refreshed(other)


@pytest.mark.parametrize("token", ["", ".", "made.up", "…", "x" * 512])
def test_a_token_that_was_never_issued_is_refused_and_ends_nothing(signing_key: signing.SigningKey, token: str) -> None:
    sign_in = a_sign_in()

    for presented in (token, sign_in.access_token.text, sign_in.refresh_token.own):
        with pytest.raises(SessionExpired):
            sessions.refresh_session(refresh_token=presented)
        sessions.revoke_session(refresh_token=presented)

    refreshed(sign_in)


def test_a_refresh_token_lives_for_thirty_days_unless_it_is_used(signing_key: signing.SigningKey) -> None:
    sign_in = a_sign_in()
    assert sign_in.expires_at - timezone.now() == pytest.approx(timedelta(days=30), abs=timedelta(minutes=1))
    Session.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    assert refreshed(sign_in).expires_at > timezone.now() + timedelta(days=29)


def test_a_token_that_is_too_old_is_refused(signing_key: signing.SigningKey, settings: Settings) -> None:
    settings.REFRESH_TOKEN_LIFETIME = 0

    with pytest.raises(SessionExpired):
        refreshed(a_sign_in())


def test_a_session_is_revoked_by_any_token_that_it_ever_had(signing_key: signing.SigningKey) -> None:
    first = a_sign_in()
    latest = refreshed(first)

    for _ in range(2):
        sessions.revoke_session(refresh_token=first.refresh_token.text)

    with pytest.raises(SessionExpired):
        refreshed(latest)


def test_a_session_of_an_account_that_is_closed_ends(signing_key: signing.SigningKey) -> None:
    sign_in = a_sign_in()
    User.objects.update(is_active=False)

    with pytest.raises(SessionExpired):
        refreshed(sign_in)
    assert not Session.objects.exists()


def test_without_a_signing_key_no_session_starts_and_no_token_is_spent(
    signing_key: signing.SigningKey, keys_folder: Path
) -> None:
    sign_in = a_sign_in()
    [file] = keys_folder.iterdir()
    hidden = file.rename(keys_folder.parent / file.name)

    with pytest.raises(signing.SigningKeyMissing):
        refreshed(sign_in)
    with pytest.raises(signing.SigningKeyMissing):
        sessions.login(email=sign_in.user.email, password=PASSWORD)

    assert Session.objects.count() == 1
    hidden.rename(file)
    refreshed(sign_in)


def test_the_sweep_takes_expired_sessions_and_leaves_the_others(signing_key: signing.SigningKey) -> None:
    old, young = a_sign_in(), a_sign_in()
    Session.objects.of(old.refresh_token).update(expires_at=timezone.now())

    assert sessions.forget_expired_sessions() == 1
    assert sessions.forget_expired_sessions() == 0

    refreshed(young)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_present_a_token_at_once_one_gets_the_next_and_the_session_ends(
    signing_key: signing.SigningKey,
) -> None:
    first = a_sign_in()

    def refresh(_: int) -> SignIn | None:
        try:
            return refreshed(first)
        except SessionExpired:
            return None

    [won] = [answer for answer in at_once(refresh, 4) if answer]

    with pytest.raises(SessionExpired):
        refreshed(won)
    assert not Session.objects.exists()
