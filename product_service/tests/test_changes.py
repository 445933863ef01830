"""Changes of a product, and the end of its sale; over a real channel."""

from typing import Any
from uuid import uuid4

import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from chassis.testing import Metadata, as_user, refused
from products.models import Product, StockMovement
from products.operations import adjust_stock
from products.reservations import confirm_reservation, release_reservation
from shop.common.v1.money_pb2 import Money
from shop.products.v1 import products_pb2
from shop.products.v1.products_pb2_grpc import ProductServiceStub
from tests.examples import a_hold, a_product, available, violations

STAFF = as_user(uuid4(), staff=True)
CUSTOMER = as_user(uuid4())


def update(product: Product, *paths: str, **values: Any) -> products_pb2.UpdateProductRequest:
    """A change of these values; with `paths`, an update mask that names them."""
    mask = FieldMask(paths=paths) if paths else None
    return products_pb2.UpdateProductRequest(product_id=str(product.id), update_mask=mask, **values)


def archive(products: ProductServiceStub, product: Product) -> products_pb2.Product:
    return products.ArchiveProduct(products_pb2.ArchiveProductRequest(product_id=str(product.id)), metadata=STAFF)


def get(products: ProductServiceStub, product: Product) -> products_pb2.Product:
    return products.GetProduct(products_pb2.GetProductRequest(product_id=str(product.id)))


def test_only_what_is_present_changes(products: ProductServiceStub) -> None:
    product = a_product(units=3, name="Assam", description="Malty.", category="tea")

    changed = products.UpdateProduct(update(product, name="Assam Gold", category="gold"), metadata=STAFF)

    assert (changed.name, changed.category, changed.description) == ("Assam Gold", "gold", "Malty.")
    assert (changed.sku, changed.price.minor_units, changed.available_quantity) == (product.sku, 890, 3)
    assert changed.create_time.ToDatetime() < changed.update_time.ToDatetime()
    assert get(products, product) == changed


def test_only_what_the_mask_names_changes(products: ProductServiceStub) -> None:
    product = a_product(name="Assam", description="Malty.")

    changed = products.UpdateProduct(update(product, "description", name="Sencha"), metadata=STAFF)

    assert (changed.name, changed.description) == ("Assam", "")


def test_a_price_is_in_a_currency_of_today(products: ProductServiceStub) -> None:
    """`ZZZ` looks like one. What has such a price from before keeps it, and changes otherwise."""
    product = a_product(price_minor=890)
    Product.objects.filter(id=product.id).update(currency="ZZZ")

    for currency in ("ZZZ", "DEM", "XXX", "XAU"):
        with refused("INVALID_ARGUMENT", "INVALID_ARGUMENT") as error:
            products.UpdateProduct(
                update(product, price=Money(currency_code=currency, minor_units=990)), metadata=STAFF
            )
        assert violations(error.value) == ["price.currency_code"]

    assert products.UpdateProduct(update(product, name="Assam Gold"), metadata=STAFF).price.currency_code == "ZZZ"
    assert a_hold_on(product) == "ZZZ"
    priced = products.UpdateProduct(update(product, price=Money(currency_code="KWD", minor_units=9)), metadata=STAFF)
    assert priced.price.currency_code == "KWD"


def a_hold_on(product: Product) -> str:
    """The currency that an order of it is priced in."""
    adjust_stock(product_id=product.id, delta=1, reason=StockMovement.Reason.RECEIVED)
    return a_hold(product).currency


def test_a_new_product_is_priced_in_a_currency_of_today(products: ProductServiceStub) -> None:
    new = products_pb2.CreateProductRequest(
        request_id=str(uuid4()),
        sku="TEA-1",
        name="Tea",
        category="tea",
        price=Money(currency_code="ZZZ", minor_units=1),
    )

    with refused("INVALID_ARGUMENT", "INVALID_ARGUMENT") as error:
        products.CreateProduct(new, metadata=STAFF)

    assert violations(error.value) == ["price.currency_code"]
    assert not Product.objects.exists()


def test_a_price_changes_with_its_currency(products: ProductServiceStub) -> None:
    product = a_product(price_minor=890, currency="EUR")

    changed = products.UpdateProduct(update(product, price=Money(currency_code="USD", minor_units=990)), metadata=STAFF)

    assert (changed.price.currency_code, changed.price.minor_units) == ("USD", 990)


def test_an_order_in_flight_keeps_the_price_it_holds(products: ProductServiceStub) -> None:
    product = a_product(units=5)
    hold = a_hold(product, quantity=2)

    products.UpdateProduct(update(product, price=Money(currency_code="USD", minor_units=1)), metadata=STAFF)

    confirmed = confirm_reservation(order_id=hold.order_id)
    assert (confirmed.currency, confirmed.total_minor) == ("EUR", 1780)
    assert available(product) == 3


def test_the_same_change_again_changes_nothing(products: ProductServiceStub) -> None:
    request = update(a_product(), name="Assam Gold", price=Money(currency_code="EUR", minor_units=990))

    first = products.UpdateProduct(request, metadata=STAFF)

    assert products.UpdateProduct(request, metadata=STAFF) == first


def test_no_change_is_fine(products: ProductServiceStub) -> None:
    product = a_product()

    assert products.UpdateProduct(update(product), metadata=STAFF) == get(products, product)


@pytest.mark.parametrize("path", ["sku", "available_quantity", "price.minor_units", "colour", "product_id"])
def test_other_fields_cannot_be_named(products: ProductServiceStub, path: str) -> None:
    product = a_product()

    with refused("INVALID_ARGUMENT", "INVALID_ARGUMENT") as error:
        products.UpdateProduct(update(product, "name", path, name="Sencha"), metadata=STAFF)

    assert violations(error.value) == ["update_mask"]
    assert get(products, product).name == "Assam"


@pytest.mark.parametrize("path", ["name", "category", "price"])
def test_what_a_product_must_have_cannot_be_cleared(products: ProductServiceStub, path: str) -> None:
    product = a_product()

    with refused("INVALID_ARGUMENT", "INVALID_ARGUMENT") as error:
        products.UpdateProduct(update(product, path), metadata=STAFF)

    assert violations(error.value) == [path]


@pytest.mark.parametrize(
    "values",
    [{"name": ""}, {"name": "x" * 201}, {"category": ""}, {"price": Money(currency_code="EUR", minor_units=-1)}],
)
def test_a_malformed_value_changes_nothing(products: ProductServiceStub, values: dict[str, Any]) -> None:
    product = a_product()
    before = get(products, product)

    with refused("INVALID_ARGUMENT", "INVALID_ARGUMENT"):
        products.UpdateProduct(update(product, **values), metadata=STAFF)

    assert get(products, product) == before


def test_an_archived_product_is_off_sale_for_good(products: ProductServiceStub) -> None:
    product = a_product(units=1)

    first = archive(products, product)

    assert first.archived
    assert first.update_time.ToDatetime() > first.create_time.ToDatetime()
    assert archive(products, product) == first
    assert not products.ListProducts(products_pb2.ListProductsRequest()).products
    assert products.UpdateProduct(update(product, name="Sencha"), metadata=STAFF).archived


def test_holds_on_an_archived_product_stay_good(products: ProductServiceStub) -> None:
    product = a_product(units=5)
    kept, given_up = a_hold(product, quantity=1), a_hold(product, quantity=2)

    archive(products, product)

    assert confirm_reservation(order_id=kept.order_id).state == "confirmed"
    release_reservation(order_id=given_up.order_id)
    assert available(product) == 4


@pytest.mark.parametrize(
    ("metadata", "code", "reason"),
    [((), "UNAUTHENTICATED", "TOKEN_MISSING"), (CUSTOMER, "PERMISSION_DENIED", "STAFF_ONLY")],
)
def test_only_staff_change_products(products: ProductServiceStub, metadata: Metadata, code: str, reason: str) -> None:
    product = a_product()

    with refused(code, reason):
        products.UpdateProduct(update(product, name="Sencha"), metadata=metadata)
    with refused(code, reason):
        products.ArchiveProduct(products_pb2.ArchiveProductRequest(product_id=str(product.id)), metadata=metadata)

    assert (get(products, product).name, get(products, product).archived) == ("Assam", False)


def test_an_unknown_product_cannot_be_changed(products: ProductServiceStub) -> None:
    unknown = Product(id=uuid4())

    with refused("NOT_FOUND", "PRODUCT_NOT_FOUND"):
        products.UpdateProduct(update(unknown, name="Sencha"), metadata=STAFF)
    with refused("NOT_FOUND", "PRODUCT_NOT_FOUND"):
        archive(products, unknown)
