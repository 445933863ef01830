"""The demo products."""

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from products import demo
from products.models import Product
from tests.examples import available

pytestmark = pytest.mark.django_db


def test_seeding_twice_gives_each_demo_product_once() -> None:
    call_command("seed")
    call_command("seed")

    stocked = {product.id: available(product) for product in Product.objects.all()}
    assert stocked == {product.product_id: product.units for product in demo.PRODUCTS}


def test_seeding_leaves_alone_what_was_sold_meanwhile() -> None:
    call_command("seed")
    Product.objects.update(name="Renamed")

    call_command("seed")

    assert set(Product.objects.values_list("name", flat=True)) == {"Renamed"}


def test_production_is_not_seeded(settings: Settings) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError):
        call_command("seed")

    assert not Product.objects.exists()
