"""Who gets into the admin, and for how long."""

import time
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from pytest_django import Settings

from chassis.login import TooManySignIns
from chassis.staff.models import Account
from chassis.testing import KEY_NAME, access_token
from chassis.tests.staff.accounts import CUSTOMER, PASSWORD, STAFF, Answers
from shop.users.v1 import users_pb2

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/?next=/admin/"
REFUSED = "These are not the e-mail address and password of a staff account."


def sign_in(client: Client, email: str = STAFF, password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"username": email, "password": password})


def test_staff_sign_in_with_the_password_that_user_service_knows(client: Client, accounts: Answers) -> None:
    answer = sign_in(client)

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    page = client.get("/admin/").content.decode()
    assert "<strong>Sam</strong>" in page
    assert "Outbox messages" in page


def test_what_is_kept_of_an_account_is_its_id_and_its_name(client: Client, accounts: Answers) -> None:
    for _ in range(2):
        sign_in(client)

    assert list(Account.objects.values()) == [{"id": accounts.staff_id, "name": "Sam"}]


@pytest.mark.parametrize(
    ("email", "password"),
    [(CUSTOMER, PASSWORD), (STAFF, "wrong"), ("nobody@example.com", PASSWORD), (STAFF, "x" * 5000)],
)
def test_everybody_else_reads_the_same_sentence(client: Client, accounts: Answers, email: str, password: str) -> None:
    answer = sign_in(client, email, password)

    assert answer.status_code == 200
    assert REFUSED in answer.content.decode()
    assert client.get("/admin/").status_code == 302
    assert not Account.objects.exists()


def test_a_token_that_the_shop_did_not_sign_opens_nothing(client: Client, accounts: Answers) -> None:
    claims = jwt.decode(access_token(uuid4(), staff=True), options={"verify_signature": False})
    forger = ec.generate_private_key(ec.SECP256R1())
    accounts.token = jwt.encode(claims, forger, "ES256", headers={"kid": KEY_NAME, "typ": "at+jwt"})

    page = sign_in(client).content.decode()

    assert "Nobody can sign in at the moment." in page
    assert client.get("/admin/").status_code == 302


def test_the_page_says_when_user_service_is_busy_or_away(client: Client, accounts: Answers, settings: Settings) -> None:
    accounts.refusal = TooManySignIns()
    assert "Too many people sign in at the moment." in sign_in(client).content.decode()

    settings.NEIGHBOURS = {"user_service": "127.0.0.1:1"}
    assert "Nobody can sign in at the moment." in sign_in(client).content.decode()


def test_a_session_ends_with_the_access_token(client: Client, accounts: Answers) -> None:
    accounts.lifetime = 300
    sign_in(client)

    ends = client.session.get_expiry_date().timestamp()
    assert ends == pytest.approx(time.time() + 300, abs=10)
    assert int(client.cookies["order_service_session"]["max-age"]) <= 300


def test_a_session_whose_token_has_expired_is_over(client: Client, accounts: Answers) -> None:
    accounts.lifetime = -1
    sign_in(client)

    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"


@pytest.mark.parametrize("path", ["/admin/", "/admin/outbox/outboxmessage/"])
def test_who_is_signed_out_elsewhere_is_out_here_too(client: Client, accounts: Answers, path: str) -> None:
    sign_in(client)
    assert client.get(path).status_code == 200

    accounts.ended = True

    assert client.get(path)["Location"] == f"/admin/login/?next={path}"
    accounts.ended = False
    assert client.get(path).status_code == 302


def test_who_is_staff_no_more_is_out(client: Client, accounts: Answers) -> None:
    sign_in(client)

    accounts.role = users_pb2.ROLE_CUSTOMER

    assert client.get("/admin/").status_code == 302


def test_a_session_that_knows_of_none_in_user_service_is_over(client: Client, accounts: Answers) -> None:
    client.force_login(Account.objects.create(id=accounts.staff_id, name="Sam"))

    assert client.get("/admin/").status_code == 302


def test_while_nobody_can_say_who_is_staff_no_page_is_shown(
    client: Client, accounts: Answers, settings: Settings
) -> None:
    sign_in(client)
    neighbours, settings.NEIGHBOURS = settings.NEIGHBOURS, {"user_service": "127.0.0.1:1"}

    answer = client.get("/admin/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    settings.NEIGHBOURS = neighbours
    assert client.get("/admin/").status_code == 200


def test_signing_out_ends_the_session_for_whoever_has_the_cookie(client: Client, accounts: Answers) -> None:
    sign_in(client)
    thief = Client()
    thief.cookies["order_service_session"] = client.cookies["order_service_session"].value
    assert thief.get("/admin/").status_code == 200

    client.post("/admin/logout/")

    assert thief.get("/admin/").status_code == 302


def test_the_cookies_are_this_services_and_for_the_admin_alone(client: Client, accounts: Answers) -> None:
    client.get(LOGIN)
    sign_in(client)

    assert set(client.cookies) == {"order_service_session", "order_service_csrf"}
    assert {cookie["path"] for cookie in client.cookies.values()} == {"/admin/"}
    assert client.cookies["order_service_session"]["httponly"]


def test_a_form_without_its_token_is_refused(accounts: Answers) -> None:
    answer = sign_in(Client(enforce_csrf_checks=True))

    assert answer.status_code == 403
    assert accounts.asked == []


def test_an_address_of_any_length_can_be_typed(client: Client) -> None:
    assert 'maxlength="254"' in client.get(LOGIN).content.decode()


def test_a_password_is_changed_elsewhere(staff: Client) -> None:
    assert staff.get("/admin/password_change/").status_code == 404
