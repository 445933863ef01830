"""Profiles, passwords and closing an account, against the database."""

from uuid import uuid4

import pytest
from pytest_django import Settings

from chassis import tokens
from chassis.call import Caller
from chassis.testing import at_once
from tests.fakes import PASSWORD, CountingHasher, InterruptedHasher, a_sign_in, an_account, staff
from users import operations, passwords, sessions, signing
from users.errors import PasswordTooCommon, UserDeactivated, UserNotFound, WrongCredentials
from users.models import Session, User
from users.sessions import SignIn

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "quite another password"


def caller_of(sign_in: SignIn) -> Caller:
    """Who calls with the access token of a sign-in."""
    claims = tokens.verify(sign_in.access_token.text)
    return Caller(user_id=claims.user_id, is_staff=claims.is_staff, session_id=claims.session_id)


def owner(user: User) -> Caller:
    return Caller(user_id=user.id, is_staff=user.is_staff, session_id=uuid4())


def change_password(caller: Caller, current: str = PASSWORD, new: str = NEW_PASSWORD) -> None:
    operations.change_password(user_id=caller.subject, caller=caller, current_password=current, new_password=new)


def is_signed_in(sign_in: SignIn) -> bool:
    return Session.objects.of(sign_in.refresh_token).exists()


def test_a_profile_changes_in_the_fields_that_are_named_alone() -> None:
    user, other = an_account(phone="+491701234567"), an_account()

    changed = operations.update_user(user_id=user.id, caller=owner(user), changes={"language": "de", "phone": ""})

    assert (changed.display_name, changed.language, changed.phone) == ("Grace", "de", "")
    assert User.objects.get(id=user.id).language == "de"
    assert User.objects.get(id=other.id).language == "en"
    assert operations.update_user(user_id=user.id, caller=owner(user), changes={}) == changed


def test_only_the_owner_and_staff_change_an_account() -> None:
    user, stranger = an_account(), owner(an_account())

    with pytest.raises(UserNotFound):
        operations.update_user(user_id=user.id, caller=stranger, changes={"display_name": "Mallory"})
    with pytest.raises(UserNotFound):
        operations.deactivate_user(user_id=user.id, caller=stranger)
    assert (User.objects.get(id=user.id).display_name, User.objects.get(id=user.id).is_active) == ("Grace", True)

    operations.update_user(user_id=user.id, caller=owner(staff()), changes={"display_name": "Rear Admiral"})
    assert User.objects.get(id=user.id).display_name == "Rear Admiral"
    with pytest.raises(UserNotFound):
        operations.update_user(user_id=uuid4(), caller=owner(staff()), changes={"display_name": "Nobody"})


def test_a_new_password_ends_all_sessions_of_its_owner_but_the_present_one(signing_key: signing.SigningKey) -> None:
    present, neighbour = a_sign_in(), a_sign_in()
    other = sessions.login(email=present.user.email, password=PASSWORD)

    change_password(caller_of(present))

    assert [is_signed_in(each) for each in (present, other, neighbour)] == [True, False, True]
    with pytest.raises(WrongCredentials):
        sessions.login(email=present.user.email, password=PASSWORD)
    sessions.login(email=present.user.email, password=NEW_PASSWORD)


@pytest.mark.parametrize(
    ("current", "new", "refusal"),
    [("not the password", NEW_PASSWORD, WrongCredentials), (PASSWORD, "password123", PasswordTooCommon)],
)
def test_a_password_that_is_not_changed_ends_no_session(
    signing_key: signing.SigningKey, current: str, new: str, refusal: type[Exception]
) -> None:
    present = a_sign_in()
    other = sessions.login(email=present.user.email, password=PASSWORD)

    with pytest.raises(refusal):
        change_password(caller_of(present), current, new)

    assert is_signed_in(other)
    sessions.login(email=present.user.email, password=PASSWORD)


def test_a_wrong_current_password_costs_one_hash(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["tests.fakes.CountingHasher"]
    user = an_account(password=passwords.new_hash(PASSWORD))
    CountingHasher.count = 0

    with pytest.raises(WrongCredentials):
        change_password(owner(user), current="not the password")

    assert CountingHasher.count == 1


def test_nobody_changes_the_password_of_another_not_even_staff() -> None:
    user = an_account(password=passwords.new_hash(PASSWORD))

    for caller in (owner(an_account()), owner(staff())):
        with pytest.raises(UserNotFound):
            operations.change_password(
                user_id=user.id, caller=caller, current_password=PASSWORD, new_password=NEW_PASSWORD
            )


@pytest.mark.django_db(transaction=True)
def test_a_password_that_changed_while_it_was_compared_is_not_changed_again(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["tests.fakes.InterruptedHasher"]
    user = an_account(password=passwords.new_hash(PASSWORD))
    InterruptedHasher.meanwhile = lambda: User.objects.update(password="!another")

    with pytest.raises(WrongCredentials):
        change_password(owner(user))

    assert User.objects.get().password == "!another"


@pytest.mark.django_db(transaction=True)
def test_of_two_new_passwords_at_once_one_counts(signing_key: signing.SigningKey) -> None:
    sign_in = a_sign_in()

    def change(number: int) -> str:
        new = f"{NEW_PASSWORD} {number}"
        try:
            change_password(caller_of(sign_in), new=new)
        except WrongCredentials:
            return ""
        return new

    [counts] = filter(None, at_once(change, 2))
    assert sessions.login(email=sign_in.user.email, password=counts)


def test_a_closed_account_is_signed_out_and_may_not_order(signing_key: signing.SigningKey) -> None:
    sign_in, neighbour = a_sign_in(), a_sign_in()

    closed = operations.deactivate_user(user_id=sign_in.user.id, caller=caller_of(sign_in))

    assert not closed.is_active
    assert [is_signed_in(each) for each in (sign_in, neighbour)] == [False, True]
    with pytest.raises(WrongCredentials):
        sessions.login(email=sign_in.user.email, password=PASSWORD)
    with pytest.raises(UserDeactivated):
        operations.validate_user(user_id=sign_in.user.id, session_id=None)
