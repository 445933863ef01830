"""`manage.py create_staff`, which somebody types before anybody can sign in."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tests.fakes import PASSWORD, an_account, staff
from users import sessions
from users.management.commands.create_staff import Command
from users.models import Role, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signing_key")]

EMAIL = "first@example.com"


class Typing(Command):
    """Somebody at a terminal, who types these answers."""

    def __init__(self, *answers: str) -> None:
        super().__init__(stdout=StringIO())
        self.answers: Iterator[str] = iter(answers)

    def ask(self, prompt: str) -> str:
        return next(self.answers)


def create_staff(*answers: str, email: str = EMAIL, **options: Any) -> None:
    call_command(Typing(*answers), email, **options)


@pytest.fixture(autouse=True)
def _no_password_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STAFF_PASSWORD", raising=False)


def test_the_first_staff_account_signs_in_with_the_password_that_was_typed(settings: Settings) -> None:
    settings.PRODUCTION = True

    create_staff(PASSWORD, PASSWORD, email="First@Example.com", name="Sam")

    sign_in = sessions.login(email=EMAIL, password=PASSWORD)
    assert sign_in.user.is_staff
    assert sign_in.user.display_name == "Sam"


def test_the_password_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAFF_PASSWORD", PASSWORD)
    create_staff()

    assert sessions.login(email=EMAIL, password=PASSWORD).user.is_staff


def test_the_password_may_come_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(f"{PASSWORD}\n"))
    create_staff(password_stdin=True)

    assert sessions.login(email=EMAIL, password=PASSWORD).user.is_staff


def test_where_nobody_can_type_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO())

    with pytest.raises(CommandError, match="--password-stdin or STAFF_PASSWORD"):
        call_command("create_staff", EMAIL)


def test_a_password_that_was_mistyped_stores_nothing() -> None:
    with pytest.raises(CommandError, match="differ"):
        create_staff(PASSWORD, PASSWORD.upper())

    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("first", PASSWORD, "email"),
        (EMAIL, "short", "password"),
        (EMAIL, "x" * 129, "password"),
        (EMAIL, "a fine\0password", "password"),
        (EMAIL, "password123", "common"),
    ],
)
def test_what_no_customer_could_register_with_is_refused(email: str, password: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        create_staff(password, password, email=email)

    assert not User.objects.exists()


def test_a_second_time_changes_nothing_and_asks_for_nothing() -> None:
    email = staff().email
    before = User.objects.values().get()

    create_staff(email=email.upper())

    assert User.objects.values().get() == before


def test_a_customers_account_becomes_staffs_only_when_that_is_asked_for() -> None:
    user = an_account(email=EMAIL)

    with pytest.raises(CommandError, match="--promote"):
        create_staff()
    assert User.objects.get().role == Role.CUSTOMER

    for _ in range(2):
        create_staff(promote=True)
    assert User.objects.get().role == Role.STAFF
    assert User.objects.get().password == user.password


def test_a_closed_account_is_not_opened_again() -> None:
    an_account(email=EMAIL, is_active=False)

    with pytest.raises(CommandError, match="closed"):
        create_staff(promote=True)

    assert User.objects.get().role == Role.CUSTOMER
