"""The one way in which stock changes."""

from uuid import UUID

from django.db.models import F

from products import events
from products.errors import OutOfStock, ProductNotFound
from products.models import Product, ProductQuerySet, StockMovement


def change(
    products: ProductQuerySet,
    product_id: UUID,
    delta: int,
    *,
    reason: StockMovement.Reason,
    note: str = "",
    order_id: UUID | None = None,
    user_id: UUID | None = None,
) -> Product:
    """Add `delta` units to one of `products`, or with a minus take them, and write down why.

    Call it inside a transaction, which a refusal must roll back, and for several products in the order of their ids:
    two transactions that lock the same rows in different orders wait for each other for ever.
    Raises ProductNotFound, and OutOfStock if fewer units are available than that takes.
    """
    # Asks and takes in one statement: nobody else can take the same units in between.
    enough = products.filter(id=product_id, available__gte=-delta)
    changed = enough.update(available=F("available") + delta)
    product = find(products, product_id)
    if not changed:
        raise _out_of_stock(product, -delta)
    product.movements.create(delta=delta, reason=reason, note=note, order_id=order_id, user_id=user_id)
    if product.available <= product.low_stock_threshold < product.available - delta:
        events.stock_low(product)
    return product


def find(products: ProductQuerySet, product_id: UUID) -> Product:
    """The one of `products` with this id. Raises ProductNotFound."""
    product = products.filter(id=product_id).first()
    if product is None:
        raise not_found(product_id)
    return product


def not_found(product_id: UUID) -> ProductNotFound:
    """The refusal that names the missing product."""
    return ProductNotFound(metadata={"product_id": str(product_id)})


def _out_of_stock(product: Product, asked: int) -> OutOfStock:
    return OutOfStock(
        f"{product.name}: {asked} asked for, {product.available} available.",
        metadata={"product_id": str(product.id), "available": str(product.available)},
    )
