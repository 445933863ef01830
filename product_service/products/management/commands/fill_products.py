"""`manage.py fill_products N`: as many products as it takes to see what a large shop costs."""

import random
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from products.models import Product, StockMovement

BATCH = 5000
MAKERS = ("Hill & Hollow", "Northwind", "Kawa", "Old Harbour", "Three Cranes", "Lumen", "Birch Lane", "Tidewater")
KINDS = {
    "tea": ("Assam", "Darjeeling", "Sencha", "Oolong", "Lapsang", "Pu-erh", "Hojicha", "Ceylon"),
    "herbal": ("Rooibos", "Mint", "Chamomile", "Verbena", "Hibiscus"),
    "cups": ("Cup", "Bowl", "Beaker", "Mug"),
    "pots": ("Teapot", "Kyusu", "Gaiwan"),
    "tools": ("Whisk", "Scoop", "Strainer", "Timer"),
}


class Command(BaseCommand):
    """Adds products that are alike from run to run but for their ids, with stock and a ledger that adds up to it."""

    help = "Adds N made-up products, for measuring; refused in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take N."""
        parser.add_argument("count", type=int, metavar="N")

    def handle(self, *_args: Any, count: int, **_options: Any) -> None:
        """Add them in transactions of BATCH, so that a running shop waits for no more than one."""
        if settings.PRODUCTION:
            raise CommandError("Made-up products are for sale to nobody: not in production.")
        first = Product.objects.count()
        dice = random.Random(first)  # noqa: S311  No secret.
        for start in range(first, first + count, BATCH):
            numbers = range(start, min(start + BATCH, first + count))
            _store([_made_up(number, dice) for number in numbers])
        self.stdout.write(f"{count} products")


def _made_up(number: int, dice: random.Random) -> Product:
    category = dice.choice(list(KINDS))
    maker, kind = dice.choice(MAKERS), dice.choice(KINDS[category])
    return Product(
        sku=f"FILL-{number}",
        name=f"{maker} {kind} No. {number}",
        description=f"{kind} by {maker}, made up to see what a large shop costs.",
        category=category,
        price_minor=dice.randrange(100, 100_000),
        currency="EUR",
        available=dice.randrange(1, 1000) if dice.random() < 0.8 else 0,
    )


@transaction.atomic
def _store(products: list[Product]) -> None:
    Product.objects.bulk_create(products)
    StockMovement.objects.bulk_create(
        StockMovement(product=product, delta=product.available, reason=StockMovement.Reason.RECEIVED)
        for product in products
        if product.available
    )
