"""`manage.py seed`: gives a development database its demo products."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from products import demo, operations
from products.models import Product, StockMovement


class Command(BaseCommand):
    """Adds what is missing and changes nothing that is there."""

    help = "Adds the demo products and their stock; refused in production."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demo products are for sale to nobody: not in production.")
        for product in demo.PRODUCTS:
            _add(product)
        self.stdout.write(f"{len(demo.PRODUCTS)} products")


@transaction.atomic
def _add(product: demo.DemoProduct) -> None:
    if Product.objects.filter(id=product.product_id).exists():
        return
    operations.create_product(
        product_id=product.product_id,
        sku=product.sku,
        name=product.name,
        description=product.description,
        category=product.category,
        price_minor=product.price_minor,
        currency="EUR",
    )
    operations.adjust_stock(
        product_id=product.product_id,
        delta=product.units,
        reason=StockMovement.Reason.RECEIVED,
        note="What a development database starts with.",
    )
