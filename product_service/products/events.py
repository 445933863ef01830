"""What this service announces."""

from chassis.outbox.publishing import publish
from products.models import Product
from shop.events.v1.events_pb2 import Event, StockLow


def stock_low(product: Product) -> None:
    """Announce that a product runs low."""
    publish(
        Event(
            subject_id=str(product.id),
            stock_low=StockLow(
                product_id=str(product.id), product_name=product.name, available_quantity=product.available
            ),
        )
    )
