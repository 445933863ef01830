"""Accounts, as the staff see them."""

import pytest
from django.test import Client

from tests.fakes import an_account

pytestmark = pytest.mark.django_db

USERS = "/admin/users/user/"


def test_accounts_are_found_by_address_name_and_id(staff: Client) -> None:
    wanted = an_account(email="grace@example.com", display_name="Grace Hopper")
    an_account(email="ada@example.com", display_name="Ada")

    for search in ("grace@", "hopper", str(wanted.id)):
        page = staff.get(USERS, {"q": search}).content.decode()
        assert "grace@example.com" in page
        assert "ada@example.com" not in page


def test_accounts_are_found_by_role_and_state(staff: Client) -> None:
    an_account(email="grace@example.com", role="staff")
    an_account(email="ada@example.com", is_active=False)

    assert "ada@example.com" not in staff.get(USERS, {"role__exact": "staff"}).content.decode()
    assert "grace@example.com" not in staff.get(USERS, {"is_active__exact": 0}).content.decode()


def test_no_page_shows_a_password_not_even_its_hash(staff: Client) -> None:
    user = an_account(password="argon2$a-hash-to-look-for")

    page = staff.get(f"{USERS}{user.id}/change/").content.decode()

    assert user.email in page
    assert "a-hash-to-look-for" not in page
    assert "a-hash-to-look-for" not in staff.get(USERS).content.decode()


@pytest.mark.parametrize("lookup", ["password__startswith", "password"])
def test_no_search_tells_a_password_by_whether_it_finds(staff: Client, lookup: str) -> None:
    an_account(email="grace@example.com", password="argon2$a-hash")

    assert staff.get(USERS, {lookup: "argon2$a-hash"}).status_code == 400


def test_staff_who_signed_in_here_are_not_the_accounts_themselves(staff: Client) -> None:
    assert "0 users" in staff.get(USERS).content.decode()
