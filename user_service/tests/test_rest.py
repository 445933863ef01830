"""The same methods through the other door, as routes of the contract."""

from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.calls import access_token
from tests.fakes import PASSWORD, an_account
from users import signing
from users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signing_key")]


def a_registration(**values: Any) -> dict[str, Any]:
    details = {"request_id": str(uuid4()), "email": "grace@example.com", "password": PASSWORD, "display_name": "Grace"}
    return {**details, **values}


def post(client: Client, path: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(path, body, content_type="application/json", headers=headers)


def get(client: Client, path: str, user: User) -> Any:
    return client.get(path, headers={"authorization": f"Bearer {access_token(user)}", "x-request-id": "the-same"})


def test_a_customer_registers_signs_in_and_sees_the_account(client: Client) -> None:
    registered = post(client, "/v1/users", a_registration()).json()
    session = post(client, "/v1/sessions", {"email": "grace@example.com", "password": PASSWORD}).json()
    me = client.get("/v1/users/me", headers={"authorization": f"Bearer {session['access_token']}"})

    assert me.status_code == HTTPStatus.OK
    assert me.json() == registered == session["user"]
    assert me.json()["role"] == "ROLE_CUSTOMER"


def test_an_idempotency_key_stands_for_the_request_id(client: Client) -> None:
    body = a_registration()
    key = body.pop("request_id")

    answers = [post(client, "/v1/users", body, **{"Idempotency-Key": key}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [HTTPStatus.OK] * 2
    assert answers[0].json() == answers[1].json()
    assert User.objects.count() == 1


def test_a_taken_address_is_a_conflict(client: Client) -> None:
    an_account(email="grace@example.com")

    answer = post(client, "/v1/users", a_registration())

    assert answer.status_code == HTTPStatus.CONFLICT
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["reason"]) == ("ALREADY_EXISTS", "EMAIL_TAKEN")


@pytest.mark.parametrize("name", ["", "Gr\0ce", "x" * 101])
def test_a_bad_name_is_refused_by_field_and_stores_nothing(client: Client, name: str) -> None:
    answer = post(client, "/v1/users", a_registration(display_name=name))

    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert [violation["field"] for violation in answer.json()["violations"]] == ["display_name"]
    assert not User.objects.exists()


def test_wrong_credentials_are_unauthorized(client: Client) -> None:
    answer = post(client, "/v1/sessions", {"email": "nobody@example.com", "password": PASSWORD})

    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert answer.json()["reason"] == "WRONG_CREDENTIALS"


def test_another_customers_account_looks_like_a_missing_one(client: Client) -> None:
    caller, somebody = an_account(), an_account()

    answers = [get(client, f"/v1/users/{user_id}", caller) for user_id in (somebody.id, uuid4())]

    assert [answer.status_code for answer in answers] == [HTTPStatus.NOT_FOUND] * 2
    assert answers[0].json() == answers[1].json()


def test_an_id_that_is_no_uuid_is_refused(client: Client) -> None:
    answer = get(client, "/v1/users/grace", an_account())

    assert answer.status_code == HTTPStatus.BAD_REQUEST


def test_anyone_may_read_the_key_set(client: Client, signing_key: signing.SigningKey) -> None:
    answer = client.get("/v1/keys")

    assert [key["kid"] for key in answer.json()["keys"]] == [signing_key.kid]


def test_methods_for_services_have_no_route(client: Client) -> None:
    assert client.post("/shop.users.v1.UserService/ValidateUser").status_code == HTTPStatus.NOT_FOUND
