"""`manage.py explain_order ID`: what became of an order, for whoever has to find out at night."""

import json
import re
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from textwrap import wrap
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.utils import timezone

from chassis.money import amount_text
from orders import wording
from orders.models import Order
from orders.moments import Moment
from orders.timeline import timeline_of

LINE = "{:>15} {:>10}  {}"
WIDTH = 100  # Of what is said in one line.


class Command(BaseCommand):
    """Reads, and changes nothing."""

    help = "Shows where an order stands, what it owes, and its timeline with all that is known."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take ID and how to show it."""
        parser.add_argument("id", metavar="ID", help="an order's id or its beginning, or a payment's id")
        parser.add_argument("--whole", action="store_true", help="leave nothing out of a long row of attempts")
        parser.add_argument("--json", action="store_true", help="the same for programs")

    def handle(self, *_args: Any, whole: bool, **options: Any) -> None:
        """Print it. CommandError if nobody knows such an order."""
        order = _order(options["id"])
        moments = timeline_of(order, whole=whole)
        if options["json"]:
            self.stdout.write(json.dumps(_values(order, moments), cls=DjangoJSONEncoder, indent=2))
        else:
            self.stdout.write("\n".join([*_heading(order), "", *_table(moments)]))


def _order(wanted: str) -> Order:
    for meant in _meanings(wanted):
        found = list(Order.objects.filter(meant)[:2])
        if len(found) > 1:
            raise CommandError(f"Several orders begin with {wanted}: name more of it.")
        if found:
            return found[0]
    raise CommandError(f"There is no order {wanted}, and no order with such a payment.")


def _meanings(wanted: str) -> Iterator[Q]:
    """Which orders may be meant, the likeliest first: an id's first digits, the provider's name, a payment's id."""
    digits = wanted.lower().replace("-", "")
    is_id = re.fullmatch("[0-9a-f]{1,32}", digits)
    if is_id:
        yield Q(id__range=(UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))))
    if wanted:
        yield Q(payment_reference=wanted)
    if is_id and len(digits) == 32:
        yield Q(payment_id=UUID(digits))


def _values(order: Order, moments: Sequence[Moment]) -> dict[str, Any]:
    told = ("id", "user_id", "state", "status", "version", "currency", "total_minor", "refunded_minor", "cancel_reason")
    work = ("owes", "attempts", "next_attempt_at", "last_error", "payment_id", "payment_reference")
    return {
        "order": {name: getattr(order, name) for name in (*told, *work)},
        "lines": list(order.lines.values("product_id", "product_name", "quantity", "unit_price_minor")),
        "owing": wording.owing(order, timezone.now()),
        "timeline": [asdict(moment) for moment in moments],
    }


def _heading(order: Order) -> Iterator[str]:
    bought = ", ".join(f"{line.quantity} x {line.product_name or line.product_id}" for line in order.lines.all())
    price = amount_text(order.currency, order.total_minor) if order.currency else "no price yet"
    yield f"Order {order.id}: {wording.standing(order)}"
    yield f"  {price} for {bought}"
    yield f"  placed {order.created_at:%Y-%m-%d %H:%M:%S} UTC, bought by {order.user_id}"
    yield f"  payment {order.payment_id}, at the provider {order.payment_reference or 'unknown so far'}"
    for owed in wording.owing(order, timezone.now()):
        yield from (f"  {line}" for line in wrap(owed, WIDTH))


def _table(moments: Sequence[Moment]) -> Iterator[str]:
    if not moments:
        yield "Nothing was written down of it."
        return
    yield LINE.format("after", "took", "what happened")
    for moment in moments:
        after = wording.after(moment.at - moments[0].at)
        took = "" if moment.duration_ms is None else f"{moment.duration_ms} ms"
        first, *others = wrap(f"{moment.summary} ({moment.more})" if moment.more else moment.summary, WIDTH)
        yield LINE.format(after, took, first)
        yield from (LINE.format("", "", f"  {other}") for other in others)
