"""What can be done with products. What orders do with their stock is in reservations.py."""

from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from chassis.errors import InvalidArgument, Violation
from products import stock
from products.errors import SkuTaken, StockLimitReached
from products.models import Product, ProductQuerySet, StockMovement

# Far from what a bigint holds, so that units coming back from orders always fit.
STOCK_LIMIT = 10**12


def list_products(
    *,
    query: str = "",
    category: str = "",
    in_stock: bool = False,
    min_price: int | None = None,
    max_price: int | None = None,
) -> ProductQuerySet:
    """What is on sale, in no order yet; prices are in minor units.

    Each word of `query` is in the name or the description. Letters match in either case: on SQLite the 26 of ASCII,
    on PostgreSQL all. Raises InvalidArgument if nothing can cost that little and that much.
    """
    if min_price is not None and max_price is not None and min_price > max_price:
        raise InvalidArgument(
            "min_price: is more than max_price", violations=[Violation("min_price", "is more than max_price")]
        )
    wanted = Q()
    if min_price is not None:
        wanted &= Q(price_minor__gte=min_price)
    if max_price is not None:
        wanted &= Q(price_minor__lte=max_price)
    if category:
        wanted &= Q(category=category)
    if in_stock:
        wanted &= Q(available__gt=0)
    for word in query.split():
        wanted &= Q(name__icontains=word) | Q(description__icontains=word)
    return Product.objects.on_sale().filter(wanted)


def get_product(*, product_id: UUID) -> Product:
    """One product, also an archived one. Raises ProductNotFound."""
    return stock.find(Product.objects.all(), product_id)


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
    """Put a new product on sale, with nothing in stock. Raises SkuTaken."""
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
