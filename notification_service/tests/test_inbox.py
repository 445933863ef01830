"""The development inbox."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from notifications.inbox import PAGE_SIZE
from tests.fakes import a_notification

pytestmark = pytest.mark.django_db


def inbox(client: Client, page: str = "1") -> str:
    answer = client.get("/inbox", {"page": page})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    return answer.content.decode()


def test_it_shows_to_whom_each_message_went_and_how_it_looks(client: Client) -> None:
    notification = a_notification(subject="Your order is paid", text="Hello Ada.\n", html="<p>Hello</p>")

    page = inbox(client)

    assert "<dd>ada@example.com</dd>" in page
    assert "Your order is paid</h2>" in page
    assert f'<iframe sandbox title="Your order is paid" src="/inbox/{notification.id}">' in page
    assert "<pre>Hello Ada.\n</pre>" in page


def test_a_mail_runs_nothing_and_loads_nothing(client: Client) -> None:
    notification = a_notification(html="<p>Hello</p><script>alert(1)</script>")

    mail = client.get(f"/inbox/{notification.id}")

    assert mail.content.decode() == notification.html
    assert mail["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
    assert mail["X-Frame-Options"] == "SAMEORIGIN"
    assert "script-src" not in mail["Content-Security-Policy"]


def test_a_message_without_a_mail_is_shown_as_text(client: Client) -> None:
    notification = a_notification(subject="", text="Your order is paid.", html="")

    assert "<iframe" not in inbox(client)
    assert "<pre>Your order is paid.</pre>" in inbox(client)
    assert client.get(f"/inbox/{notification.id}").status_code == 404


def test_what_people_write_is_text_and_no_markup(client: Client) -> None:
    a_notification(subject="<b>bold</b>", recipient='"><script>@example.com', text="<i>", html="")

    page = inbox(client)

    assert "<script>" not in page
    assert "&lt;b&gt;bold&lt;/b&gt;</h2>" in page


def test_the_newest_come_first_a_page_at_a_time(client: Client) -> None:
    now = timezone.now()
    for age in range(PAGE_SIZE + 1):
        a_notification(subject=f"Message {age:02}", created_at=now - timedelta(minutes=age))

    first, second = inbox(client), inbox(client, "2")

    assert first.index("Message 00") < first.index("Message 01")
    assert f"Message {PAGE_SIZE}" not in first
    assert f"Message {PAGE_SIZE}" in second
    assert 'href="?page=2"' in first
    assert "Page 2 of 2" in second


@pytest.mark.parametrize("page", ["0", "x", "99"])
def test_a_page_that_is_not_there_is_the_nearest(client: Client, page: str) -> None:
    a_notification(subject="The only one")

    assert "The only one" in inbox(client, page)


def test_an_empty_one_says_what_fills_it(client: Client) -> None:
    assert "make demo" in inbox(client)


def test_there_is_none_in_production(client: Client, settings: Settings) -> None:
    notification = a_notification()
    settings.PRODUCTION = True

    for path in ("/inbox", f"/inbox/{notification.id}"):
        answer = client.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_mail_that_is_not_there_is_a_problem(client: Client) -> None:
    assert client.get(f"/inbox/{uuid4()}").status_code == 404
    assert client.post("/inbox").status_code == 405
