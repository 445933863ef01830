"""What can be done with products. Lists are in listing.py, what orders do with the stock is in reservations.py."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from chassis.errors import InvalidArgument, Violation
from chassis.hot_reads import HotRead
from chassis.money import is_active
from products import stock
from products.errors import SkuTaken, StockLimitReached
from products.models import Product, StockMovement

# Far from what a bigint holds, so that units coming back from orders always fit.
STOCK_LIMIT = 10**12

find_product = HotRead(Product, "id")


def get_product(*, product_id: UUID) -> Product:
    """One product, also an archived one. Raises ProductNotFound."""
    product = find_product(product_id)
    if product is None:
        raise stock.not_found(product_id)
    return product


def batch_get_products(*, product_ids: Sequence[UUID]) -> list[Product]:
    """These products, also archived ones, in this order. Raises ProductNotFound for the first that is missing."""
    found = Product.objects.in_bulk(product_ids)
    for product_id in product_ids:
        if product_id not in found:
            raise stock.not_found(product_id)
    return [found[product_id] for product_id in product_ids]


def create_product(
    *,
    sku: str,
    name: str,
    description: str,
    category: str,
    price_minor: int,
    currency: str,
    product_id: UUID | None = None,
) -> Product:
    """Put a new product on sale, with nothing in stock. Raises SkuTaken, InvalidArgument as `update_product` does."""
    _require_active(currency)
    product, created = Product.objects.get_or_create(
        sku=sku,
        defaults={
            "id": product_id or uuid4(),
            "name": name,
            "description": description,
            "category": category,
            "price_minor": price_minor,
            "currency": currency,
        },
    )
    if not created:
        raise SkuTaken(f"Another product has the SKU {sku}.")
    return product


def update_product(*, product_id: UUID, changes: Mapping[str, str | int]) -> Product:
    """Give the fields that `changes` names its values; also of an archived product.

    Raises ProductNotFound, and InvalidArgument for a price in no currency of today. Orders in flight keep what they
    hold at its old price, also if the new one is in another currency.
    """
    if "currency" in changes:
        _require_active(str(changes["currency"]))
    # Values that are there already are no change, so a repeated call leaves the time of the first.
    different = Product.objects.filter(id=product_id).exclude(**changes)
    different.update(**changes, updated_at=timezone.now())
    return stock.find(Product.objects.all(), product_id)


def archive_product(*, product_id: UUID) -> Product:
    """Take a product off sale, if it is on sale. Holds on it stay good. Raises ProductNotFound."""
    now = timezone.now()
    Product.objects.on_sale().filter(id=product_id).update(archived_at=now, updated_at=now)
    return stock.find(Product.objects.all(), product_id)


def adjust_stock(
    *, product_id: UUID, delta: int, reason: StockMovement.Reason, note: str = "", user_id: UUID | None = None
) -> Product:
    """Add `delta` units, or with a minus take them, on behalf of `user_id`.

    Raises ProductNotFound, OutOfStock, and StockLimitReached above STOCK_LIMIT.
    """
    with transaction.atomic():
        product = stock.change(Product.objects.all(), product_id, delta, reason=reason, note=note, user_id=user_id)
        if product.available > STOCK_LIMIT:
            raise StockLimitReached(f"{product.name}: at most {STOCK_LIMIT} units.")
    return product


def _require_active(currency: str) -> None:
    """Only here: what is priced, ordered or paid already keeps a currency that was given up since."""
    if not is_active(currency):
        violation = Violation("price.currency_code", f"{currency} is no active currency of ISO 4217")
        raise InvalidArgument(f"{violation.field}: {violation.description}", violations=[violation])
