"""The catalogue: what is listed, found and refused."""

from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from chassis.errors import InvalidArgument
from products.errors import ProductNotFound, SkuTaken
from products.listing import list_products
from products.mapping import product_to_proto
from products.models import Product
from products.operations import get_product
from tests.examples import a_product

pytestmark = pytest.mark.django_db


def names(products: list[Product]) -> set[str]:
    return {product.name for product in products}


def test_a_new_product_has_nothing_in_stock() -> None:
    product = a_product(sku="TEA-1")

    assert get_product(product_id=product.id).available == 0


def test_a_sku_belongs_to_one_product() -> None:
    a_product(sku="TEA-1", name="Assam")

    with pytest.raises(SkuTaken):
        a_product(sku="TEA-1", name="Sencha")

    assert names(list(list_products())) == {"Assam"}


def test_an_unknown_product_is_not_found() -> None:
    with pytest.raises(ProductNotFound):
        get_product(product_id=uuid4())


def test_looking_at_a_product_is_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    product = a_product()

    with django_assert_num_queries(1):
        product_to_proto(get_product(product_id=product.id))


def test_an_archived_product_is_found_but_not_listed() -> None:
    product = a_product()
    Product.objects.update(archived_at=product.created_at)

    assert get_product(product_id=product.id).archived_at
    assert not list_products()


def test_filters_narrow_the_list_together() -> None:
    a_product(name="Assam", category="tea", price_minor=890, units=1)
    a_product(name="Sencha", category="tea", price_minor=1290, units=1)
    a_product(name="Gyokuro", category="tea", price_minor=1290)
    a_product(name="Cup", category="cups", price_minor=1290, units=1)

    assert names(list(list_products(category="tea", in_stock=True, min_price=891, max_price=1290))) == {"Sencha"}


def test_both_ends_of_a_price_range_belong_to_it() -> None:
    for price in (1, 2, 3, 4):
        a_product(price_minor=price)

    assert {product.price_minor for product in list_products(min_price=2, max_price=3)} == {2, 3}


def test_a_price_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InvalidArgument) as refused:
        list_products(min_price=2, max_price=1)

    assert [violation.field for violation in refused.value.violations] == ["min_price"]
