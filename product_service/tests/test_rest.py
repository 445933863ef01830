"""The REST edge of product_service, as a browser meets it."""

import json
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client

from chassis.contract import methods
from chassis.testing import access_token
from products.models import Product
from tests.examples import a_product, available

pytestmark = pytest.mark.django_db

HOLDS = ("ReserveStock", "ConfirmReservation", "ReleaseReservation")


def listed(client: Client, **query: str) -> dict[str, Any]:
    answer = client.get("/v1/products", query)
    assert answer.status_code == 200, answer.content
    page: dict[str, Any] = answer.json()
    return page


def names(page: dict[str, Any]) -> list[str]:
    return [product["name"] for product in page["products"]]


def as_staff() -> dict[str, str]:
    return {"authorization": f"Bearer {access_token(uuid4(), staff=True)}"}


def test_a_product_in_json_has_every_field(client: Client) -> None:
    product = a_product(sku="TEA-1", units=3, price_minor=890)

    answer = client.get(f"/v1/products/{product.id}").json()

    assert answer.pop("create_time").endswith("Z")
    assert answer.pop("update_time").endswith("Z")
    assert answer == {
        "product_id": str(product.id),
        "sku": "TEA-1",
        "name": "Assam",
        "description": "",
        "category": "tea",
        "price": {"currency_code": "EUR", "minor_units": "890"},
        "available_quantity": "3",
        "archived": False,
    }


def test_an_unknown_product_is_a_problem_with_a_reason(client: Client) -> None:
    answer = client.get(f"/v1/products/{uuid4()}")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert (answer.json()["reason"], answer.json()["domain"]) == ("PRODUCT_NOT_FOUND", "shop.products")


def test_filters_and_sort_come_from_the_query(client: Client) -> None:
    a_product(name="Assam", price_minor=890, units=1)
    a_product(name="Sencha", price_minor=1290, units=1)
    a_product(name="Gyokuro", price_minor=2480)
    a_product(name="Cup", category="cups", price_minor=1600, units=1)

    assert names(listed(client)) == ["Cup", "Gyokuro", "Sencha", "Assam"]
    assert names(listed(client, sort="PRODUCT_SORT_NAME")) == ["Assam", "Cup", "Gyokuro", "Sencha"]
    assert names(listed(client, sort="PRODUCT_SORT_PRICE_ASCENDING")) == ["Assam", "Sencha", "Cup", "Gyokuro"]
    assert names(listed(client, sort="PRODUCT_SORT_PRICE_DESCENDING")) == ["Gyokuro", "Cup", "Sencha", "Assam"]
    assert names(listed(client, query="SENCHA")) == ["Sencha"]
    assert names(listed(client, category="tea", in_stock="true", min_price="891", max_price="9999")) == ["Sencha"]


@pytest.mark.parametrize("sort", ["UNSPECIFIED", "NAME", "PRICE_ASCENDING", "PRICE_DESCENDING"])
def test_pages_cover_the_list_without_gap_or_repetition(client: Client, sort: str) -> None:
    # Many rows are alike in name and price, so only the id keeps them in order.
    ids = {str(a_product(name=f"Tea {number % 3}", price_minor=number % 3).id) for number in range(11)}
    seen, token, pages = [], "", 0

    while token or not pages:
        page = listed(client, sort=f"PRODUCT_SORT_{sort}", page_size="4", page_token=token)
        seen += [product["product_id"] for product in page["products"]]
        token, pages = page["next_page_token"], pages + 1

    assert (len(seen), set(seen), pages) == (11, ids, 3)


def test_a_page_begins_after_the_last_one_even_if_that_was_sold_off(client: Client) -> None:
    for name in "ABCD":
        a_product(name=name)
    first = listed(client, sort="PRODUCT_SORT_NAME", page_size="2")
    Product.objects.filter(name="B").delete()

    second = listed(client, sort="PRODUCT_SORT_NAME", page_size="2", page_token=first["next_page_token"])

    assert names(first) + names(second) == ["A", "B", "C", "D"]


def test_a_page_token_is_good_for_its_own_list_only(client: Client) -> None:
    a_product()
    a_product()
    token = listed(client, page_size="1")["next_page_token"]

    for query in ({"page_token": token, "category": "cups"}, {"page_token": "rubbish"}, {"page_token": token[:-1]}):
        answer = client.get("/v1/products", query)
        assert (answer.status_code, answer.json()["reason"]) == (400, "INVALID_PAGE_TOKEN")


@pytest.mark.parametrize(
    "query",
    [
        "min_price=9223372036854775808",
        "min_price=-1",
        "max_price=1e30",
        "page_size=2147483648",
        "page_size=-1",
        "sort=7",
        "sort=SIDEWAYS",
        "in_stock=maybe",
        "colour=green",
        "min_price=2&max_price=1",
        f"query={'x' * 101}",
        f"query={quote(chr(0))}",
        f"page_token={'x' * 2049}",
    ],
)
def test_a_malformed_query_is_a_bad_request(client: Client, query: str) -> None:
    answer = client.get(f"/v1/products?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_ARGUMENT"), answer.content


def test_the_largest_price_there_is_can_be_asked_for(client: Client) -> None:
    assert names(listed(client, min_price="9223372036854775807")) == []


def test_staff_stock_a_new_product_over_rest(client: Client) -> None:
    created = client.post(
        "/v1/products",
        json.dumps(
            {"sku": "TEA-1", "name": "Assam", "category": "tea", "price": {"currency_code": "EUR", "minor_units": 890}}
        ),
        content_type="application/json",
        headers={**as_staff(), "Idempotency-Key": str(uuid4())},
    )
    assert created.status_code == 200, created.content
    stocked = client.post(
        f"/v1/products/{created.json()['product_id']}:adjustStock",
        json.dumps({"request_id": str(uuid4()), "delta": 5, "reason": "STOCK_REASON_RECEIVED"}),
        content_type="application/json",
        headers=as_staff(),
    )

    assert stocked.status_code == 200, stocked.content
    assert stocked.json()["available_quantity"] == "5"
    assert available(Product.objects.get()) == 5


@pytest.mark.parametrize("delta", [0, 1_000_001, 2**31, 1.5, "many"])
def test_a_malformed_adjustment_changes_nothing(client: Client, delta: object) -> None:
    product = a_product(units=1)

    answer = client.post(
        f"/v1/products/{product.id}:adjustStock",
        json.dumps({"request_id": str(uuid4()), "delta": delta, "reason": "STOCK_REASON_RECEIVED"}),
        content_type="application/json",
        headers=as_staff(),
    )

    assert answer.status_code == 400, answer.content
    assert available(product) == 1


def test_holds_have_no_route(client: Client) -> None:
    assert [method.name for method in methods("shop.products.v1.ProductService") if not method.routes] == list(HOLDS)

    for name in HOLDS:
        answer = client.post(
            f"/shop.products.v1.ProductService/{name}",
            "{}",
            content_type="application/json",
            headers={"x-service": "order_service"},
        )
        assert answer.status_code == 404
