"""What is done for every order costs the same however many there have been."""

from uuid import uuid4

import pytest

from chassis.call import Caller
from chassis.outbox.relay import relay
from chassis.query_plans import sqlite_only, statements, walked
from orders.operations import cancel_order, get_order, place_order
from orders.recovery import recover
from orders.refunds import Wish, refund_order
from orders.timeline import timeline_of
from orders.waking import wake
from tests.examples import BUYER, an_order
from tests.fakes import Lost, a_world

pytestmark = [sqlite_only, pytest.mark.django_db(transaction=True, databases=["default", "provider"])]

ME, STAFF = Caller(user_id=BUYER), Caller(user_id=uuid4(), is_staff=True)


def test_an_order_goes_its_way_by_indexes() -> None:
    world, _ = a_world(authorize_payment=[Lost()])
    asked_for = an_order(world=world)

    with statements() as asked:
        order = place_order(**asked_for)
        place_order(**asked_for)
        wake(payment_id=order.payment_id)
        recover(world)
        relay()
        paid = get_order(caller=ME, order_id=order.id)
        wish = Wish(request_id=uuid4(), order_id=order.id, amount=None, note="")
        refund_order(caller=STAFF, wish=wish, world=world)
        timeline_of(paid)

    assert paid.state == "paid"
    # That index has events alone which nobody has taken yet.
    assert [step for step in walked(asked) if "INDEX outbox_open_by_lane" not in step] == []


def test_an_order_is_called_off_by_indexes() -> None:
    world, _ = a_world(authorize_payment=[Lost()])
    order = place_order(**an_order(world=world))

    with statements() as asked:
        cancelled = cancel_order(caller=ME, order_id=order.id, world=world)

    assert cancelled.state == "cancelled"
    assert walked(asked) == []
