"""How holds end: kept for good, or back on sale exactly once."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db.models.functions import Now

from chassis.worker import load_tasks
from products.errors import (
    ReservationExpired,
    ReservationNotFound,
    ReservationReleased,
)
from products.models import Product, Reservation
from products.reservations import confirm_reservation, expire_holds, release_reservation
from tests.examples import a_hold, a_product, available

pytestmark = pytest.mark.django_db

State = Reservation.State


def run_out(order_id: UUID) -> None:
    """Put the end of a hold into the past."""
    Reservation.objects.filter(order_id=order_id).update(expires_at=Now() - timedelta(seconds=1))


def state(order_id: UUID) -> str:
    return Reservation.objects.get(order_id=order_id).state


def test_a_confirmed_hold_never_runs_out() -> None:
    tea = a_product(units=1)
    hold = a_hold(tea)
    confirm_reservation(order_id=hold.order_id)
    run_out(hold.order_id)

    assert expire_holds() == 0
    assert confirm_reservation(order_id=hold.order_id).state == State.CONFIRMED
    assert available(tea) == 0


def test_an_order_that_holds_nothing_cannot_confirm() -> None:
    with pytest.raises(ReservationNotFound):
        confirm_reservation(order_id=uuid4())


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_release_brings_the_units_back_once(confirmed: bool) -> None:
    tea, cup = a_product(units=10), a_product(units=10)
    hold = a_hold(tea, cup, quantity=4)
    if confirmed:
        confirm_reservation(order_id=hold.order_id)

    for _ in range(3):
        assert release_reservation(order_id=hold.order_id).state == State.RELEASED

    assert (available(tea), available(cup)) == (10, 10)
    assert hold.lines.count() == 2


def test_a_released_hold_can_be_neither_confirmed_nor_taken_again() -> None:
    tea = a_product(units=10)
    hold = a_hold(tea)
    release_reservation(order_id=hold.order_id)

    with pytest.raises(ReservationReleased):
        confirm_reservation(order_id=hold.order_id)
    with pytest.raises(ReservationReleased):
        a_hold(tea, order_id=hold.order_id)

    assert available(tea) == 10


def test_a_release_that_overtakes_the_reserve_shuts_the_door() -> None:
    tea, order_id = a_product(units=10), uuid4()

    tombstone = release_reservation(order_id=order_id)
    with pytest.raises(ReservationReleased):
        a_hold(tea, order_id=order_id)

    assert (tombstone.state, tombstone.total_minor, tombstone.lines.count()) == (State.RELEASED, 0, 0)
    assert available(tea) == 10


def test_the_worker_gives_up_only_holds_whose_time_is_up() -> None:
    tea = a_product(units=10)
    late, fresh = a_hold(tea, quantity=2), a_hold(tea, quantity=3)
    run_out(late.order_id)

    assert expire_holds() == 1
    assert expire_holds() == 0

    assert (state(late.order_id), state(fresh.order_id)) == (State.EXPIRED, State.HELD)
    assert available(tea) == 7


def test_a_hold_whose_time_is_up_ends_before_the_worker_comes() -> None:
    tea = a_product(units=10)
    hold = a_hold(tea)
    run_out(hold.order_id)

    with pytest.raises(ReservationExpired):
        confirm_reservation(order_id=hold.order_id)
    with pytest.raises(ReservationExpired):
        a_hold(tea, order_id=hold.order_id)

    assert state(hold.order_id) == State.EXPIRED
    assert available(tea) == 10


def test_releasing_an_expired_hold_changes_nothing() -> None:
    tea = a_product(units=10)
    hold = a_hold(tea)
    run_out(hold.order_id)
    expire_holds()

    assert release_reservation(order_id=hold.order_id).state == State.EXPIRED
    assert available(tea) == 10


def test_the_worker_sweeps() -> None:
    assert expire_holds in load_tasks()


def test_units_come_back_to_a_product_archived_meanwhile() -> None:
    tea = a_product(units=10)
    hold = a_hold(tea)
    Product.objects.update(archived_at=Now())

    release_reservation(order_id=hold.order_id)

    assert available(tea) == 10
