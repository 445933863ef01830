"""What is done for every order costs the same however many there have been."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from chassis.query_plans import sqlite_only, statements, walked
from products.models import Reservation
from products.reservations import Line, confirm_reservation, expire_holds, release_reservation, reserve_stock
from tests.examples import a_product, available

pytestmark = [sqlite_only, pytest.mark.django_db]


def test_holds_begin_and_end_by_indexes() -> None:
    tea, cup = a_product(units=9), a_product(units=9)
    lines = [Line(tea.id, 1), Line(cup.id, 2)]
    sold, released, forgotten = uuid4(), uuid4(), uuid4()

    with statements() as asked:
        for order_id in (sold, sold, released, forgotten):
            reserve_stock(order_id=order_id, lines=lines)
        confirm_reservation(order_id=sold)
        release_reservation(order_id=released)
        release_reservation(order_id=uuid4())
        Reservation.objects.filter(order_id=forgotten).update(expires_at=Now() - timedelta(seconds=1))
        expire_holds()

    assert (available(tea), available(cup)) == (8, 7)
    assert walked(asked) == []
