"""Made-up products."""

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from products.models import Product
from tests.examples import available

pytestmark = pytest.mark.django_db


def test_filling_adds_so_many_each_time_with_a_ledger_that_adds_up() -> None:
    call_command("fill_products", "60", verbosity=0)
    call_command("fill_products", "40", verbosity=0)

    stock = [available(product) for product in Product.objects.all()]
    assert len(stock) == 100
    assert 0 < stock.count(0) < 50


def test_production_is_not_filled(settings: Settings) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError):
        call_command("fill_products", "1")

    assert not Product.objects.exists()
