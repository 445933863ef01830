"""Several products at once; over a real channel."""

from uuid import uuid4

import pytest

from chassis.status import error_info
from chassis.testing import refused
from products.operations import archive_product
from shop.products.v1 import products_pb2
from shop.products.v1.products_pb2_grpc import ProductServiceStub
from tests.examples import a_product, violations


def batch(products: ProductServiceStub, *ids: object) -> list[products_pb2.Product]:
    request = products_pb2.BatchGetProductsRequest(product_ids=[str(each) for each in ids])
    return list(products.BatchGetProducts(request).products)


def test_several_products_come_in_the_order_asked_for(products: ProductServiceStub) -> None:
    ids = [a_product(name=name).id for name in "ABC"]
    archive_product(product_id=ids[1])

    assert [each.name for each in batch(products, ids[2], str(ids[0]).upper(), ids[1])] == ["C", "A", "B"]


def test_a_batch_is_all_or_nothing_and_says_what_is_missing(products: ProductServiceStub) -> None:
    product, unknown, other = a_product(), uuid4(), uuid4()

    with refused("NOT_FOUND", "PRODUCT_NOT_FOUND") as error:
        batch(products, product.id, unknown, other)

    assert dict(error_info(error.value).metadata) == {"product_id": str(unknown)}


def test_a_batch_names_a_product_once_in_whatever_letters(products: ProductServiceStub) -> None:
    product = a_product()

    for again in (str(product.id), str(product.id).upper()):
        with refused("INVALID_ARGUMENT", "INVALID_ARGUMENT") as error:
            batch(products, product.id, again)
        assert violations(error.value) == ["product_ids"]


@pytest.mark.parametrize("count", [0, 101])
def test_a_batch_has_one_to_a_hundred_products(products: ProductServiceStub, count: int) -> None:
    with refused("INVALID_ARGUMENT", "INVALID_ARGUMENT"):
        batch(products, *(uuid4() for _ in range(count)))


def test_a_batch_of_a_hundred_keeps_its_order(products: ProductServiceStub) -> None:
    ids = [a_product().id for _ in range(100)]

    assert [each.product_id for each in batch(products, *ids)] == [str(each) for each in ids]
