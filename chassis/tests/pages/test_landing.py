"""The page at `/`."""

import time

import pytest
from django.test import Client

from chassis.comments import summary

pytestmark = pytest.mark.usefixtures("neighbours")


def landing(client: Client) -> str:
    """The page, with blanks and line breaks as one."""
    answer = client.get("/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    return " ".join(answer.content.decode().split())


def test_it_names_every_method_with_its_routes_and_callers(client: Client) -> None:
    page = landing(client)

    assert "<code>GetBook</code>" in page
    assert '<b class="verb get">GET</b> <code>/v1/books/{book_id}</code>' in page
    assert "<td>signed in</td>" in page


def test_it_says_who_answers_and_who_does_not(client: Client) -> None:
    page = landing(client)

    assert '<li class="up"><span>chassis <small>this one</small></span> <strong>up</strong>' in page
    assert '<li class="down"><span>user_service</span> <strong>down</strong>' in page


def test_a_neighbour_that_says_nothing_costs_half_a_second(client: Client, silent_neighbour: None) -> None:
    started = time.monotonic()
    page = landing(client)

    assert time.monotonic() - started < 2
    assert '<li class="down"><span>user_service</span>' in page


@pytest.mark.parametrize("address", ["/admin/", "/docs", "/openapi.json"])
def test_it_leads_to_the_other_pages(client: Client, address: str) -> None:
    assert f'<a href="{address}">' in landing(client)


def test_it_loads_nothing_from_elsewhere_and_runs_nothing(client: Client) -> None:
    assert "<script" not in landing(client)
    assert client.get("/")["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self';")


def test_it_is_to_be_looked_at_only(client: Client) -> None:
    answer = client.post("/")

    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")


def test_an_unknown_host_is_refused(client: Client) -> None:
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400


def test_the_summary_of_a_method_is_the_first_paragraph_of_its_comment() -> None:
    assert summary("shop.orders.v1.OrderService.PlaceOrder") == (
        "Places an order: holds its stock, charges the card, and confirms."
    )
    assert summary("shop.orders.v1.OrderService") == "What was bought, and what was paid."
    assert summary("shop.orders.v1.NoService") == ""
