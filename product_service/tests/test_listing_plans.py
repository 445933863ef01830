"""How lists are read: by an index, whatever is asked for, so that they cost the same in a large shop."""

import re
from collections.abc import Sequence
from itertools import product as combinations
from typing import Any

import pytest

from chassis.paging import page
from chassis.query_plans import Statement, plan, sqlite_only, statements
from products.listing import FEW, list_products
from products.mapping import ORDERS
from products.models import Product
from tests.examples import a_product

pytestmark = [pytest.mark.django_db, sqlite_only]

INDEXES = {"-created_at": "newest", "name": "name", "price_minor": "price", "-price_minor": "price"}
PRICES: list[dict[str, Any]] = [{}, {"min_price": 3}, {"max_price": 90}, {"min_price": 3, "max_price": 90}]
FILTERS: list[dict[str, Any]] = [
    category | in_stock | prices | query
    for category, in_stock, prices, query in combinations(
        [{}, {"category": "tea"}], [{}, {"in_stock": True}], PRICES, [{}, {"query": "assam"}]
    )
]


def listed(order: Sequence[str], filters: dict[str, Any], few: int, pages: int = 2) -> list[Statement]:
    """What two pages of a list ask for."""
    token = ""
    with statements() as seen:
        for _ in range(pages):
            found = list_products(**filters, order=order, few=few)
            token = page(found, order=order, size=2, token=token, scope="").next_token
            assert token
    assert len(rows_of(seen)) == pages
    return seen


def some_products() -> None:
    for number in range(30):
        a_product(name=f"Assam {number}", price_minor=number + 3, units=number % 2)


def rows_of(asked: list[Statement]) -> list[Statement]:
    """Those that read whole products."""
    return [statement for statement in asked if '"description"' in statement[0].partition(" FROM ")[0]]


def counts_of(asked: list[Statement]) -> list[Statement]:
    """Those that ask whether products are few."""
    return [
        statement for statement in asked if statement[0].startswith("SELECT 1") and "products_product" in statement[0]
    ]


def narrows(order: Sequence[str], filters: dict[str, Any]) -> bool:
    """Whether the filters name anything that the index of the order does not begin with."""
    indexed = {"category"} | ({"min_price", "max_price"} if INDEXES[order[0]] == "price" else set())
    return bool(filters.keys() - indexed)


@pytest.mark.parametrize("order", ORDERS.values(), ids=",".join)
def test_a_list_of_many_walks_the_index_of_its_order_and_sorts_nothing(order: Sequence[str]) -> None:
    some_products()

    for filters in FILTERS:
        index = f"product_{'category_' if 'category' in filters else ''}{INDEXES[order[0]]}"
        for read in rows_of(listed(order, filters, few=0)):
            [step] = plan(read)
            assert f"USING INDEX {index}" in step, (filters, step)


@pytest.mark.parametrize("order", ORDERS.values(), ids=",".join)
def test_a_list_of_few_reads_those_by_their_ids(order: Sequence[str]) -> None:
    some_products()

    for filters in FILTERS:
        if not narrows(order, filters):
            continue
        for read in rows_of(listed(order, filters, few=FEW)):
            steps = plan(read)
            assert "(id=?)" in steps[0], (filters, steps)
            assert not [step for step in steps if "SCAN products_product" in step], (filters, steps)


@pytest.mark.parametrize("few", [0, FEW])
def test_counting_stays_within_an_index(few: int) -> None:
    some_products()

    for order, filters in combinations(ORDERS.values(), FILTERS):
        for count in counts_of(listed(order, filters, few)):
            [step] = plan(count)
            assert re.match("SEARCH products_product USING.* product_(in_stock|price|category_price)", step), step


def test_both_ways_find_the_same() -> None:
    some_products()
    a_product(name="Cup", category="cups", description="for ASSAM", price_minor=50)

    for order, filters in combinations(ORDERS.values(), FILTERS):
        walked, shortlisted = (
            [product.id for product in list_products(**filters, order=order, few=few).order_by(*order)]
            for few in (0, FEW)
        )
        assert walked == shortlisted, (order, filters)
        assert walked
    assert Product.objects.count() == 31
