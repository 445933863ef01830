"""Accounts, against the database."""

from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from chassis.call import Caller
from chassis.outbox.models import OutboxMessage
from tests.fakes import an_account, staff
from users import demo, operations, sessions, signing
from users.errors import EmailTaken, UserDeactivated, UserNotFound
from users.models import Role, User

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


def test_validating_a_user_takes_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = an_account()

    with django_assert_num_queries(1):
        operations.validate_user(user_id=user.id)


def test_who_is_unknown_or_closed_may_not_order() -> None:
    closed = an_account(is_active=False)

    with pytest.raises(UserDeactivated):
        operations.validate_user(user_id=closed.id)
    with pytest.raises(UserNotFound):
        operations.validate_user(user_id=uuid4())


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
