"""Buyers at the same moment, each with a connection of their own."""

from collections import Counter
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from products.errors import OutOfStock, ReservationExpired, ReservationReleased
from products.models import Reservation
from products.reservations import confirm_reservation, expire_holds, release_reservation
from tests.examples import a_hold, a_product, available, race

pytestmark = pytest.mark.django_db(transaction=True)

State = Reservation.State


def test_forty_buyers_of_the_last_ten_units_leave_thirty_without() -> None:
    tea = a_product(units=10)

    outcomes = race(*[partial(a_hold, tea)] * 40)

    assert Counter(type(outcome) for outcome in outcomes) == {Reservation: 10, OutOfStock: 30}
    assert Reservation.objects.count() == 10
    assert available(tea) == 0


def test_one_order_sent_many_times_at_once_takes_stock_once() -> None:
    tea, order_id = a_product(units=10), uuid4()

    outcomes = race(*[partial(a_hold, tea, quantity=2, order_id=order_id)] * 10)

    assert {outcome.state for outcome in outcomes if isinstance(outcome, Reservation)} == {State.HELD}
    assert all(isinstance(outcome, Reservation) for outcome in outcomes)
    assert available(tea) == 8


def test_orders_of_the_same_products_in_opposite_order_all_get_through() -> None:
    tea, cup = a_product(units=20), a_product(units=20)

    outcomes = race(*[partial(a_hold, tea, cup), partial(a_hold, cup, tea)] * 10)

    assert Counter(type(outcome) for outcome in outcomes) == {Reservation: 20}
    assert (available(tea), available(cup)) == (0, 0)


@pytest.mark.parametrize("_round", range(5))
def test_a_release_beside_its_reserve_leaves_nothing_held(_round: int) -> None:
    tea, order_id = a_product(units=10), uuid4()

    reserved, released = race(partial(a_hold, tea, order_id=order_id), partial(release_reservation, order_id=order_id))

    assert isinstance(reserved, Reservation | ReservationReleased)
    assert isinstance(released, Reservation)
    assert released.state == State.RELEASED
    assert available(tea) == 10


def test_releases_at_the_same_moment_bring_the_units_back_once() -> None:
    tea = a_product(units=10)
    hold = a_hold(tea, quantity=4)

    race(*[partial(release_reservation, order_id=hold.order_id)] * 8)

    assert available(tea) == 10


@pytest.mark.parametrize("_round", range(5))
def test_the_sweep_beside_a_confirmation_lets_only_one_of_them_win(_round: int) -> None:
    tea = a_product(units=10)
    hold = a_hold(tea)
    Reservation.objects.update(expires_at=Now() + timedelta(milliseconds=5))

    confirmed, swept = race(partial(confirm_reservation, order_id=hold.order_id), expire_holds)

    won = isinstance(confirmed, Reservation)
    assert won or isinstance(confirmed, ReservationExpired)
    assert not (won and swept)
    assert Reservation.objects.get().state == (State.CONFIRMED if won else State.EXPIRED)
    assert available(tea) == (9 if won else 10)
