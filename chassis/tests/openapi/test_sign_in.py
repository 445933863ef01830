"""Signing in from the page of any edge: user_service is asked, over gRPC."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from chassis.errors import InvalidArgument
from chassis.login import WrongCredentials
from chassis.tests.edge.library import Library
from chassis.tests.neighbour import Users, always, answering_at

ADA = {"email": "ada@example.com", "password": "correct horse battery staple"}


@pytest.fixture
def users(library: Library, settings: Settings) -> Iterator[Users]:
    users = Users()
    with answering_at("127.0.0.1:0", users) as target:
        settings.NEIGHBOURS = {"user_service": target}
        yield users


def signing_in(client: Client, body: Any = ADA, **more: Any) -> Any:
    return client.post("/docs/session", body, content_type="application/json", **more)


def test_the_token_is_what_user_service_issues(users: Users, client: Client) -> None:
    answer = signing_in(client, headers={"X-Request-Id": "abc"})

    assert (answer.status_code, answer.json()) == (200, {"access_token": "token", "display_name": ""})
    assert answer["Cache-Control"] == "no-store"
    assert users.metadata["x-request-id"] == "abc"


def test_wrong_credentials_are_refused_as_user_service_says(users: Users, client: Client) -> None:
    users.error, users.errors = WrongCredentials("Try again."), 1

    answer = signing_in(client)

    assert (answer.status_code, answer.json()["reason"], answer.json()["detail"]) == (
        401,
        "WRONG_CREDENTIALS",
        "Try again.",
    )


def test_a_sign_in_that_breaks_a_rule_is_refused(users: Users, client: Client) -> None:
    answer = signing_in(client, {**ADA, "password": ""})

    assert (answer.status_code, answer.json()["reason"]) == (400, InvalidArgument.reason())


@pytest.mark.parametrize("body", ["[]", "{", '{"email": 7}', '{"colour": "red"}'])
def test_a_malformed_sign_in_reaches_nobody(users: Users, client: Client, body: str) -> None:
    answer = signing_in(client, body)

    assert (answer.status_code, answer.json()["reason"]) == (400, "MALFORMED_REQUEST")
    assert users.calls == 0


def test_without_user_service_nobody_signs_in(library: Library, settings: Settings, client: Client) -> None:
    with answering_at("127.0.0.1:0", always(ZeroDivisionError())) as target:
        settings.NEIGHBOURS = {"user_service": target}
        answer = signing_in(client)

    assert (answer.status_code, answer.json()["reason"]) == (503, "NEIGHBOUR_UNAVAILABLE")
    assert answer["Retry-After"]


def test_a_form_of_another_site_is_refused(users: Users, client: Client) -> None:
    answer = client.post("/docs/session", ADA)

    assert (answer.status_code, answer.json()["reason"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert users.calls == 0


def test_signing_in_is_a_post(users: Users, client: Client) -> None:
    answer = client.get("/docs/session")

    assert (answer.status_code, answer["Allow"]) == (405, "OPTIONS, POST")
