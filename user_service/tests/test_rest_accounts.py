"""Sessions and changes of accounts through REST, as routes of the contract."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from tests.calls import access_token
from tests.fakes import PASSWORD, an_account, staff
from users import passwords
from users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signing_key")]


@pytest.fixture
def grace() -> User:
    """A customer who can sign in."""
    return an_account(email="grace@example.com", password=passwords.new_hash(PASSWORD), phone="+491701234567")


def post(client: Client, path: str, body: dict[str, Any], token: str = "") -> Any:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return client.post(path, body, content_type="application/json", headers=headers)


def patch(client: Client, user: User, body: dict[str, Any]) -> Any:
    headers = {"authorization": f"Bearer {access_token(user)}"}
    return client.patch(f"/v1/users/{user.id}", body, content_type="application/json", headers=headers)


def login(client: Client, password: str = PASSWORD) -> Any:
    return post(client, "/v1/sessions", {"email": "grace@example.com", "password": password})


def refresh(client: Client, session: dict[str, Any]) -> Any:
    return post(client, "/v1/sessions:refresh", {"refresh_token": session["refresh_token"]})


def test_a_session_is_refreshed_once_with_each_token(client: Client, grace: User) -> None:
    first = login(client).json()
    second = refresh(client, first).json()
    spent = refresh(client, first)

    assert second["user"] == first["user"]
    assert second["refresh_token"] != first["refresh_token"]
    assert spent.status_code == HTTPStatus.UNAUTHORIZED
    assert spent.json()["reason"] == "SESSION_EXPIRED"
    assert refresh(client, second).status_code == HTTPStatus.UNAUTHORIZED


def test_a_session_is_revoked_without_being_signed_in(client: Client, grace: User) -> None:
    session = login(client).json()

    for token in (session["refresh_token"], "unknown"):
        answer = post(client, "/v1/sessions:revoke", {"refresh_token": token})
        assert (answer.status_code, answer.json()) == (HTTPStatus.OK, {})

    assert refresh(client, session).status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("mask", ["display_name,phone", "displayName,phone"])
def test_a_profile_changes_by_a_mask_in_either_spelling(client: Client, grace: User, mask: str) -> None:
    answer = patch(client, grace, {"display_name": "Rear Admiral", "language": "fr", "update_mask": mask})

    assert answer.status_code == HTTPStatus.OK
    assert (answer.json()["display_name"], answer.json()["phone"], answer.json()["language"]) == (
        "Rear Admiral",
        "",
        "en",
    )


@pytest.mark.parametrize("mask", ["role", "email,phone", "phone.number"])
def test_a_mask_that_names_what_cannot_be_changed_is_refused_by_field(client: Client, grace: User, mask: str) -> None:
    answer = patch(client, grace, {"phone": "", "update_mask": mask})

    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert [violation["field"] for violation in answer.json()["violations"]] == ["update_mask"]
    assert User.objects.get().phone == "+491701234567"


def test_a_password_is_changed_by_who_knows_it(client: Client, grace: User) -> None:
    path, token = f"/v1/users/{grace.id}:changePassword", access_token(grace)
    new = "quite another password"

    wrong = post(client, path, {"current_password": "a guess", "new_password": new}, token)
    right = post(client, path, {"current_password": PASSWORD, "new_password": new}, token)

    assert (wrong.status_code, wrong.json()["reason"]) == (HTTPStatus.UNAUTHORIZED, "WRONG_CREDENTIALS")
    assert (right.status_code, right.json()) == (HTTPStatus.OK, {})
    assert login(client).status_code == HTTPStatus.UNAUTHORIZED
    assert login(client, new).status_code == HTTPStatus.OK


def test_a_closed_account_is_out_at_once(client: Client, grace: User) -> None:
    session = login(client).json()
    token = session["access_token"]

    closed = post(client, f"/v1/users/{grace.id}:deactivate", {}, token)

    assert (closed.status_code, closed.json()["active"]) == (HTTPStatus.OK, False)
    seen = client.get("/v1/users/me", headers={"authorization": f"Bearer {token}"})
    assert (seen.status_code, seen.json()["reason"]) == (HTTPStatus.UNAUTHORIZED, "SESSION_EXPIRED")
    assert refresh(client, session).status_code == HTTPStatus.UNAUTHORIZED
    assert login(client).status_code == HTTPStatus.UNAUTHORIZED


def test_staff_turn_the_pages_of_all_accounts(client: Client, grace: User) -> None:
    headers = {"authorization": f"Bearer {access_token(staff())}"}

    first = client.get("/v1/users?page_size=1", headers=headers).json()
    second = client.get(f"/v1/users?page_size=1&page_token={first['next_page_token']}", headers=headers).json()

    assert [user["email"] for user in second["users"]] == ["grace@example.com"]
    assert second["next_page_token"] == ""
    customer = client.get("/v1/users", headers={"authorization": f"Bearer {access_token(grace)}"})
    assert customer.status_code == HTTPStatus.FORBIDDEN
