"""`manage.py reconcile`: whether the payment provider and the orders tell the same story."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from orders.differences import Difference
from orders.errors import ProviderUnsure
from orders.models import Order, Refund
from orders.payments import gateway
from orders.reconciliation import differences
from orders.waking import make_due, waiting_orders, waiting_refunds

DAYS = 7


class Command(BaseCommand):
    """Reads both sides and prints what differs, and what to do. Moves no money."""

    help = (
        "Compares the payment provider's books with the orders, and prints a line for each thing that differs. "
        "The exit code is 0 if nothing does, 1 if something does, 2 if the provider could not be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since", type=_time, metavar="TIME", help=f"ISO 8601, UTC unless it says; by default {DAYS} days ago"
        )
        parser.add_argument(
            "--grace", type=float, default=300, metavar="SECONDS", help="leave alone what moved since; by default 300"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document instead of lines")
        parser.add_argument("--wake", action="store_true", help="make unfinished orders and refunds due now")

    def handle(self, *_args: Any, since: datetime | None, grace: float, **options: Any) -> None:
        """Read, print, and wake if that is wished."""
        since = since or timezone.now() - timedelta(days=DAYS)
        found = self._read(since, timedelta(seconds=grace))
        self.stdout.write(_as_json(found) if options["json"] else _as_lines(found))
        if options["wake"]:
            self.stderr.write(f"{_wake(timedelta(seconds=grace))} woken")
        if found:
            raise CommandError(f"{len(found)} differ", returncode=1)

    def _read(self, since: datetime, grace: timedelta) -> list[Difference]:
        try:
            return list(differences(gateway(), since=since, grace=grace))
        except ProviderUnsure as error:
            raise CommandError(f"the provider's books could not be read: {error}", returncode=2) from error


def _time(text: str) -> datetime:
    given = datetime.fromisoformat(text)
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def _wake(grace: timedelta) -> int:
    """Make due what has been unfinished for the grace and waits; what somebody is at now is left alone."""
    until = timezone.now() - grace
    orders = waiting_orders(Order.objects.filter(updated_at__lt=until))
    refunds = waiting_refunds(Refund.objects.filter(created_at__lt=until))
    return make_due(orders) + make_due(refunds)


def _as_lines(found: list[Difference]) -> str:
    return "\n".join(_line(each) for each in found) or "nothing differs"


def _line(each: Difference) -> str:
    named = f"{each.payment_id} {each.reference}".rstrip() if each.reference != str(each.payment_id) else each.reference
    return f"{each.kind}: order {each.order_id or '-'}, payment {named}: {each.detail}\n  -> {each.what_to_do}"


def _as_json(found: list[Difference]) -> str:
    return json.dumps([{**asdict(each), "what_to_do": each.what_to_do} for each in found], default=str, indent=2)
