"""`manage.py fill_orders N USER_ID`: as many orders as it takes to see what a large shop costs."""

import random
from argparse import ArgumentParser
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from orders.models import Order, OrderLine
from orders.saga import State
from sandbox.models import Kind, LedgerEntry
from sandbox.router import DATABASE

BATCH = 5000
VERSION = 5  # Of an order that went straight to its end.


class Command(BaseCommand):
    """Adds paid orders of one line each, with the provider's ledger of them; nobody is told."""

    help = "Adds N made-up orders, every second one USER_ID's, for measuring; refused in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take N and USER_ID."""
        parser.add_argument("count", type=int, metavar="N")
        parser.add_argument("user_id", type=UUID, metavar="USER_ID")

    def handle(self, *_args: Any, count: int, user_id: UUID, **_options: Any) -> None:
        """Add them in transactions of BATCH, so that a running shop waits for no more than one."""
        if settings.PRODUCTION:
            raise CommandError("Nobody placed made-up orders: not in production.")
        for start in range(0, count, BATCH):
            buyers = [user_id if number % 2 else uuid4() for number in range(start, min(start + BATCH, count))]
            _store([_made_up(buyer) for buyer in buyers])
        self.stdout.write(f"{count} orders")


def _made_up(buyer: UUID) -> OrderLine:
    quantity, price = random.randint(1, 5), random.randrange(100, 100_000)  # noqa: S311  No secrets.
    order = Order(
        user_id=buyer,
        placed_by=buyer,
        request_id=uuid4(),
        state=State.PAID,
        version=VERSION,
        next_attempt_at=None,
        currency="EUR",
        total_minor=quantity * price,
    )
    return OrderLine(
        order=order,
        position=0,
        product_id=uuid4(),
        quantity=quantity,
        product_name="Made up to see what a large shop costs",
        unit_price_minor=price,
    )


def _store(lines: list[OrderLine]) -> None:
    """The provider's side first, as when an order is placed: an order is not paid before its money is taken."""
    with transaction.atomic(using=DATABASE):
        LedgerEntry.objects.bulk_create(
            LedgerEntry(
                payment_id=line.order.payment_id,
                kind=kind,
                amount_minor=line.order.total.minor,
                currency=line.order.currency,
            )
            for line in lines
            for kind in (Kind.AUTHORIZED, Kind.CAPTURED)
        )
    with transaction.atomic():
        Order.objects.bulk_create(line.order for line in lines)
        OrderLine.objects.bulk_create(lines)
