"""Holds: all lines or none, and one an order."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from pytest_django import Settings

from chassis.money import LARGEST_AMOUNT
from products.errors import (
    MixedCurrencies,
    OutOfStock,
    ProductNotFound,
    ReservationDiffers,
    TotalTooLarge,
)
from products.models import Product, Reservation, ReservationLine, StockMovement
from products.reservations import Line, confirm_reservation, release_reservation, reserve_stock
from tests.examples import a_hold, a_product, available

pytestmark = pytest.mark.django_db

State = Reservation.State


def test_a_hold_takes_the_units_and_keeps_name_and_price() -> None:
    tea, cup = a_product(units=10, price_minor=890), a_product(units=5, name="Cup", price_minor=1600)

    hold = reserve_stock(order_id=uuid4(), lines=[Line(tea.id, 3), Line(cup.id, 1)])
    Product.objects.update(name="Dear", price_minor=9999)

    assert (hold.state, hold.currency, hold.total_minor) == (State.HELD, "EUR", 3 * 890 + 1600)
    kept = {(line.product_id, line.product_name, line.quantity, line.unit_price_minor) for line in hold.lines.all()}
    assert kept == {(tea.id, "Assam", 3, 890), (cup.id, "Cup", 1, 1600)}
    assert (available(tea), available(cup)) == (7, 4)


def test_a_hold_lasts_as_long_as_the_settings_say(settings: Settings) -> None:
    settings.HOLD_LIFETIME = 60

    hold = a_hold(a_product(units=1))

    assert hold.expires_at
    assert abs(hold.expires_at - hold.created_at - timedelta(seconds=60)) < timedelta(seconds=5)


def test_short_stock_refuses_and_leaves_nothing_behind() -> None:
    plenty, short, order_id = a_product(units=10), a_product(units=1), uuid4()

    with pytest.raises(OutOfStock) as refused:
        a_hold(plenty, short, quantity=2, order_id=order_id)

    assert refused.value.metadata == {"product_id": str(short.id), "available": "1"}
    assert (available(plenty), available(short)) == (10, 1)
    assert not Reservation.objects.exists()
    assert a_hold(plenty, order_id=order_id).state == State.HELD


@pytest.mark.parametrize("off_sale", ["unknown", "archived"])
def test_what_is_not_on_sale_cannot_be_held(off_sale: str) -> None:
    plenty, product = a_product(units=10), a_product(units=10)
    if off_sale == "archived":
        Product.objects.filter(id=product.id).update(archived_at=Now())
    else:
        product.id = uuid4()

    with pytest.raises(ProductNotFound) as refused:
        a_hold(plenty, product)

    assert refused.value.metadata == {"product_id": str(product.id)}
    assert available(plenty) == 10
    assert not Reservation.objects.exists()


@pytest.mark.parametrize(
    ("price", "quantity", "products"),
    [
        (LARGEST_AMOUNT, 1, 1),
        (LARGEST_AMOUNT // 1000, 1000, 1),
        (LARGEST_AMOUNT // 500, 10, 50),
        (0, 1000, 50),
    ],
)
def test_an_order_may_cost_as_much_as_an_amount_can_say(price: int, quantity: int, products: int) -> None:
    hold = a_hold(*(a_product(units=quantity, price_minor=price) for _ in range(products)), quantity=quantity)

    assert hold.total_minor == price * quantity * products <= LARGEST_AMOUNT


@pytest.mark.parametrize(
    ("price", "quantity", "products"),
    [
        (LARGEST_AMOUNT, 2, 1),
        (LARGEST_AMOUNT, 1000, 50),
        (100_000_001, 1000, 1),
        (LARGEST_AMOUNT // 500 + 1, 10, 50),
    ],
)
def test_a_total_that_no_amount_can_say_holds_nothing(price: int, quantity: int, products: int) -> None:
    dear = [a_product(units=1000, price_minor=price) for _ in range(products)]

    with pytest.raises(TotalTooLarge):
        a_hold(*dear, quantity=quantity)

    assert {available(product) for product in dear} == {1000}
    assert not Reservation.objects.exists()


def test_prices_in_two_currencies_do_not_add_up() -> None:
    euros, dollars = a_product(units=1, currency="EUR"), a_product(units=1, currency="USD")

    with pytest.raises(MixedCurrencies):
        a_hold(euros, dollars)

    assert (available(euros), available(dollars)) == (1, 1)


def test_asking_again_in_another_order_gives_the_stored_hold() -> None:
    tea, cup, order_id = a_product(units=10), a_product(units=10), uuid4()
    first = a_hold(tea, cup, order_id=order_id)

    again = a_hold(cup, tea, order_id=order_id)

    assert (again, again.state, again.expires_at) == (first, State.HELD, first.expires_at)
    assert (available(tea), available(cup)) == (9, 9)


def test_asking_again_after_confirming_gives_the_confirmed_hold() -> None:
    tea, order_id = a_product(units=10), uuid4()
    a_hold(tea, order_id=order_id)
    confirm_reservation(order_id=order_id)

    assert a_hold(tea, order_id=order_id).state == State.CONFIRMED


@pytest.mark.parametrize("quantity", [2, 4])
def test_an_order_cannot_hold_other_lines_than_it_does(quantity: int) -> None:
    tea, order_id = a_product(units=10), uuid4()
    a_hold(tea, quantity=3, order_id=order_id)

    with pytest.raises(ReservationDiffers):
        a_hold(tea, quantity=quantity, order_id=order_id)

    assert available(tea) == 7


def test_rows_are_locked_in_the_order_of_their_ids() -> None:
    products = sorted((a_product(units=1) for _ in range(4)), key=lambda product: product.id, reverse=True)

    hold = a_hold(*products)
    release_reservation(order_id=hold.order_id)

    touched = StockMovement.objects.filter(order_id=hold.order_id).order_by("id").values_list("product_id", flat=True)
    assert list(touched) == [product.id for product in reversed(products)] * 2


@pytest.mark.parametrize("quantity", [0, 1001])
def test_the_database_itself_refuses_absurd_quantities(quantity: int) -> None:
    hold = a_hold(a_product(units=1))

    with pytest.raises(IntegrityError), transaction.atomic():
        ReservationLine.objects.filter(reservation=hold).update(quantity=quantity)


def test_the_database_itself_refuses_a_hold_without_an_end() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Reservation.objects.create(order_id=uuid4(), state=State.HELD)
