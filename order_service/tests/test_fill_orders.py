"""Made-up orders."""

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from orders.models import Order, Status
from sandbox.models import Kind, LedgerEntry
from tests.examples import BUYER

pytestmark = pytest.mark.django_db(databases=["default", "provider"])


def test_filling_adds_paid_orders_and_every_second_one_is_the_buyers() -> None:
    call_command("fill_orders", "10", str(BUYER), verbosity=0)

    orders = Order.objects.prefetch_related("lines")
    assert {order.status for order in orders} == {Status.PAID}
    assert orders.filter(user_id=BUYER).count() == 5


def test_lines_and_captured_payments_add_up_to_the_totals() -> None:
    call_command("fill_orders", "10", str(BUYER), verbosity=0)

    for order in Order.objects.prefetch_related("lines"):
        assert sum((line.unit_price_minor or 0) * line.quantity for line in order.lines.all()) == order.total_minor
        captured = LedgerEntry.objects.get(payment_id=order.payment_id, kind=Kind.CAPTURED)
        assert captured.amount_minor == order.total_minor


def test_production_is_not_filled(settings: Settings) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError):
        call_command("fill_orders", "1", str(BUYER))

    assert not Order.objects.exists()
