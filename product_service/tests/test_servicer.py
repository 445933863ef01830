"""shop.products.v1.ProductService, over a real channel."""

from uuid import uuid4

import pytest

from chassis.status import error_info
from chassis.testing import Metadata, as_user, refused
from products.models import Product, StockMovement
from shop.common.v1.money_pb2 import Money
from shop.products.v1 import products_pb2
from shop.products.v1.products_pb2_grpc import ProductServiceStub
from tests.examples import a_product, available

SAM = uuid4()
STAFF = as_user(SAM, staff=True)
CUSTOMER = as_user(uuid4())


def a_new_product(**values: str) -> products_pb2.CreateProductRequest:
    details = {"request_id": str(uuid4()), "sku": "TEA-1", "name": "Assam", "category": "tea", **values}
    return products_pb2.CreateProductRequest(**details, price=Money(currency_code="EUR", minor_units=890))


def an_adjustment(product: Product, delta: int = 5) -> products_pb2.AdjustStockRequest:
    return products_pb2.AdjustStockRequest(
        request_id=str(uuid4()),
        product_id=str(product.id),
        delta=delta,
        reason=products_pb2.STOCK_REASON_RECEIVED,
        note="a box",
    )


def test_staff_put_a_product_on_sale_and_anybody_sees_it(products: ProductServiceStub) -> None:
    created = products.CreateProduct(a_new_product(description="Malty."), metadata=STAFF)

    assert (created.sku, created.name, created.description) == ("TEA-1", "Assam", "Malty.")
    assert (created.price.minor_units, created.available_quantity, created.archived) == (890, 0, False)
    assert created.create_time.ToSeconds() > 0
    assert products.GetProduct(products_pb2.GetProductRequest(product_id=created.product_id.upper())) == created
    assert list(products.ListProducts(products_pb2.ListProductsRequest()).products) == [created]


def test_the_same_request_id_makes_one_product(products: ProductServiceStub) -> None:
    request = a_new_product()

    first = products.CreateProduct(request, metadata=STAFF)

    assert products.CreateProduct(request, metadata=STAFF) == first
    assert Product.objects.count() == 1


def test_a_request_id_is_good_for_one_product_only(products: ProductServiceStub) -> None:
    request = a_new_product()
    products.CreateProduct(request, metadata=STAFF)
    request.name = "Sencha"

    with refused("ALREADY_EXISTS", "REQUEST_ID_REUSED"):
        products.CreateProduct(request, metadata=STAFF)


def test_a_taken_sku_is_refused_as_often_as_it_is_sent(products: ProductServiceStub) -> None:
    products.CreateProduct(a_new_product(), metadata=STAFF)
    request = a_new_product()

    for _ in range(2):
        with refused("ALREADY_EXISTS", "SKU_TAKEN"):
            products.CreateProduct(request, metadata=STAFF)


def test_a_stock_adjustment_counts_once_and_is_signed(products: ProductServiceStub) -> None:
    product = a_product(units=1)
    request = an_adjustment(product)

    replies = [products.AdjustStock(request, metadata=STAFF) for _ in range(2)]

    assert [reply.available_quantity for reply in replies] == [6, 6]
    movement = product.movements.get(delta=5)
    assert (movement.user_id, movement.reason, movement.note) == (SAM, StockMovement.Reason.RECEIVED, "a box")


def test_an_adjustment_beyond_the_stock_says_how_much_there_is(products: ProductServiceStub) -> None:
    product = a_product(units=2)

    with refused("FAILED_PRECONDITION", "OUT_OF_STOCK") as error:
        products.AdjustStock(an_adjustment(product, delta=-3), metadata=STAFF)

    info = error_info(error.value)
    assert (info.domain, dict(info.metadata)) == (
        "shop.products",
        {"product_id": str(product.id), "available": "2"},
    )
    assert available(product) == 2


@pytest.mark.parametrize(
    ("metadata", "code", "reason"),
    [((), "UNAUTHENTICATED", "TOKEN_MISSING"), (CUSTOMER, "PERMISSION_DENIED", "STAFF_ONLY")],
)
def test_only_staff_change_the_catalogue_and_the_stock(
    products: ProductServiceStub, metadata: Metadata, code: str, reason: str
) -> None:
    product = a_product(units=1)

    with refused(code, reason):
        products.CreateProduct(a_new_product(), metadata=metadata)
    with refused(code, reason):
        products.AdjustStock(an_adjustment(product), metadata=metadata)

    assert available(product) == 1
    assert Product.objects.count() == 1
