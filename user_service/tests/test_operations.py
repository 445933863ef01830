"""Accounts, against the database."""

from dataclasses import replace
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from chassis.call import Caller
from chassis.outbox.models import OutboxMessage
from tests.fakes import a_session, an_account, staff
from users import demo, operations, sessions, signing, standing
from users.errors import BuyerNotAllowed, EmailTaken, SessionExpired, UserDeactivated, UserNotFound
from users.models import Role, Session, User

pytestmark = pytest.mark.django_db


def registered(**values: Any) -> User:
    details = {
        "email": "grace@example.com",
        "password_hash": "!",
        "display_name": "Grace",
        "phone": "+491701234567",
        "language": "de",
    }
    with transaction.atomic():
        return operations.register(**{**details, **values})


def test_a_new_account_is_an_active_customers_and_is_announced() -> None:
    user = registered()

    stored = User.objects.get()
    assert stored == user
    assert (stored.role, stored.is_active, stored.language) == (Role.CUSTOMER, True, "de")
    assert OutboxMessage.objects.count() == 1


def test_an_address_has_one_account_however_it_is_typed() -> None:
    registered(email="Grace@Example.com")

    with pytest.raises(EmailTaken):
        registered(email="gRACE@example.COM")

    assert User.objects.get().email == "grace@example.com"
    assert OutboxMessage.objects.count() == 1


def test_the_database_refuses_an_address_that_is_not_in_lower_case() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        an_account(email="Grace@example.com")


def test_an_account_is_seen_by_its_owner_and_by_staff_alone() -> None:
    user = an_account()

    assert operations.get_user(user_id=user.id, caller=Caller(user_id=user.id)) == user
    assert operations.get_user(user_id=user.id, caller=Caller(user_id=staff().id, is_staff=True)) == user
    with pytest.raises(UserNotFound):
        operations.get_user(user_id=user.id, caller=Caller(user_id=an_account().id))


def test_validating_a_user_and_their_session_takes_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    session = a_session(an_account())

    with django_assert_num_queries(1):
        operations.validate_user(user_id=session.user_id, session_id=session.id)


def test_who_is_unknown_or_closed_may_not_order() -> None:
    closed, boss = an_account(is_active=False), a_session(staff())

    for session_id in (None, boss.id, uuid4()):
        with pytest.raises(UserDeactivated):
            operations.validate_user(user_id=closed.id, session_id=session_id)
        with pytest.raises(UserNotFound):
            operations.validate_user(user_id=uuid4(), session_id=session_id)


def test_an_order_is_placed_in_the_buyers_own_session_or_in_that_of_staff() -> None:
    buyer, boss = an_account(), staff()
    theirs, stranger = a_session(boss), a_session(an_account())

    operations.validate_user(user_id=buyer.id, session_id=a_session(buyer).id)
    operations.validate_user(user_id=buyer.id, session_id=theirs.id)
    with pytest.raises(BuyerNotAllowed):
        operations.validate_user(user_id=buyer.id, session_id=stranger.id)
    User.objects.filter(id=boss.id).update(role=Role.CUSTOMER)
    with pytest.raises(BuyerNotAllowed):
        operations.validate_user(user_id=buyer.id, session_id=theirs.id)
    User.objects.filter(id=boss.id).update(role=Role.STAFF, is_active=False)
    with pytest.raises(SessionExpired):
        operations.validate_user(user_id=buyer.id, session_id=theirs.id)


def test_no_order_is_placed_in_a_session_that_has_ended() -> None:
    buyer = an_account()
    revoked, old = a_session(buyer).id, a_session(buyer).id
    Session.objects.filter(id=revoked).delete()
    Session.objects.filter(id=old).update(expires_at=timezone.now())

    for session_id in (revoked, old, uuid4()):
        with pytest.raises(SessionExpired):
            operations.validate_user(user_id=buyer.id, session_id=session_id)


def test_a_session_stands_for_its_owner_with_the_role_of_now() -> None:
    boss = a_session(staff())
    caller = Caller(user_id=boss.user_id, is_staff=True, session_id=boss.id)

    assert standing.of_everybody(caller) == caller
    with pytest.raises(SessionExpired):
        standing.of_everybody(replace(caller, user_id=an_account().id))

    User.objects.filter(id=boss.user_id).update(role=Role.CUSTOMER)
    assert standing.of_everybody(caller) == replace(caller, is_staff=False)

    User.objects.filter(id=boss.user_id).update(is_active=False)
    with pytest.raises(SessionExpired):
        standing.of_everybody(caller)


def test_a_token_of_before_its_owner_became_staff_is_a_customers() -> None:
    session = a_session(staff())
    caller = Caller(user_id=session.user_id, session_id=session.id)

    assert standing.of_everybody(caller) == caller


def test_a_closed_account_can_still_be_reached() -> None:
    closed = an_account(is_active=False, email="closed@example.com")

    assert operations.get_contact(user_id=closed.id).email == "closed@example.com"
    with pytest.raises(UserNotFound):
        operations.get_contact(user_id=uuid4())


def test_seed_adds_what_is_missing_and_changes_nothing_that_is_there(signing_key: signing.SigningKey) -> None:
    call_command("seed", stdout=StringIO())
    User.objects.filter(email="ada@example.com").update(display_name="Countess")
    User.objects.filter(email="bob@example.com").delete()

    call_command("seed", stdout=StringIO())

    assert {user.id for user in User.objects.all()} == {account.id for account in demo.ACCOUNTS}
    assert User.objects.get(email="ada@example.com").display_name == "Countess"
    assert len(signing.public_keys()) == 1


def test_everybody_in_the_demo_can_sign_in_after_one_seed(keys_folder: object) -> None:
    call_command("seed")

    for account in demo.ACCOUNTS:
        session = sessions.login(email=account.email, password=demo.PASSWORD)
        assert session.user.id == account.id
        assert session.user.role == account.role


def test_seed_is_refused_in_production(settings: Settings) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="not in production"):
        call_command("seed")

    assert not User.objects.exists()
