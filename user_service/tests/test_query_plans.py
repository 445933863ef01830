"""What is done for every sign-in and every order costs the same however many users there are."""

import pytest

from chassis import tokens
from chassis.query_plans import sqlite_only, statements, walked
from tests.fakes import a_sign_in
from users.operations import get_contact, validate_user
from users.sessions import forget_expired_sessions, refresh_session, revoke_session
from users.signing import SigningKey
from users.standing import check_session


@sqlite_only
@pytest.mark.django_db
def test_users_and_their_sessions_are_found_by_indexes(signing_key: SigningKey) -> None:
    with statements() as asked:
        sign_in = a_sign_in()
        again = refresh_session(refresh_token=sign_in.refresh_token.text)
        session_id = tokens.verify(again.access_token.text).session_id
        validate_user(user_id=sign_in.user.id, session_id=session_id)
        check_session(user_id=sign_in.user.id, session_id=session_id)
        revoke_session(refresh_token=again.refresh_token.text)
        forget_expired_sessions()
        get_contact(user_id=sign_in.user.id)

    assert walked(asked) == []
