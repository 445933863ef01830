"""What the worker makes of orders that were left half done."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from chassis.outbox.models import OutboxMessage
from chassis.work import FIRST_PAUSE
from orders import errors
from orders.models import Order
from orders.operations import place_order
from orders.recovery import recover
from orders.saga import Answer, Call, State
from orders.values import Attempt, Hold, Line
from orders.world import World
from tests.examples import an_order, make_due
from tests.fakes import FakeCatalog, FakePayments, Lost, a_world

pytestmark = pytest.mark.django_db(transaction=True)

CALLS = ["reserve_stock", "authorize_payment", "confirm_reservation", "capture_payment"]


def test_attempts_at_a_call_that_is_done_lengthen_no_pause() -> None:
    world, _ = a_world(reserve_stock=[Lost()] * 8, authorize_payment=[Lost()])
    order = place_order(**an_order(world=world))
    for _ in range(8):
        make_due()
        recover(world)

    order.refresh_from_db()
    assert (order.owes, order.attempts, order.tries) == (Call.AUTHORIZE_PAYMENT, 8, 0)
    assert Order.objects.filter(next_attempt_at__lte=Now() + timedelta(seconds=FIRST_PAUSE)).exists()


@pytest.mark.parametrize("call", CALLS)
def test_a_lost_reply_is_asked_for_again_and_the_order_gets_paid(call: str) -> None:
    world, asked = a_world(**{call: [Lost()]})
    order = place_order(**an_order(world=world))
    make_due()

    assert recover(world) == 1

    order.refresh_from_db()
    assert order.state == State.PAID
    assert asked.count(call) == 2
    assert OutboxMessage.objects.filter(event_type="order_paid").count() == 1


@pytest.mark.parametrize("undoing", ["void_payment", "release_reservation"])
def test_an_undoing_is_repeated_until_it_is_done(undoing: str) -> None:
    answers: dict[str, list[Exception]] = {"capture_payment": [errors.CaptureRefused()], undoing: [Lost(), Lost()]}
    world, asked = a_world(**answers)
    order = place_order(**an_order(world=world))
    assert order.owes == undoing

    for _ in range(2):
        make_due()
        recover(world)

    order.refresh_from_db()
    assert order.state == State.CANCELLED
    assert asked.count(undoing) == 3


@pytest.mark.parametrize("state", [State.RESERVING, State.AUTHORIZING, State.CONFIRMING, State.CAPTURING])
def test_an_order_whose_process_died_is_taken_over_when_its_lease_is_over(state: State) -> None:
    world, _ = a_world(**{CALLS[list(State).index(state)]: [Lost()]})
    order = place_order(**an_order(world=world))
    assert order.state == state
    Order.objects.update(attempts=0)
    make_due()

    assert recover(world) == 1
    order.refresh_from_db()
    assert order.state == State.PAID


def test_an_order_that_is_being_placed_is_left_alone() -> None:
    """Its lease is longer than any call may take."""
    other_world, meddling = a_world()
    taken: list[int] = []

    class Catalog(FakeCatalog):
        def reserve_stock(self, order_id: UUID, lines: Sequence[Line]) -> Hold:
            taken.append(recover(other_world))
            return super().reserve_stock(order_id, lines)

    place_order(**an_order(world=World(catalog=Catalog(), payments=FakePayments())))

    assert taken == [0]
    assert meddling == []


def test_of_two_that_work_on_an_order_one_moves_it() -> None:
    world, _ = a_world(capture_payment=[Lost()])
    order = place_order(**an_order(world=world))
    zombie = Order.objects.get(pk=order.pk)
    make_due()
    recover(world)

    paid = Attempt(call=Call.CAPTURE_PAYMENT, answer=Answer.YES, started_at=timezone.now(), milliseconds=1)
    assert not zombie.move(State.PAID, paid)
    assert OutboxMessage.objects.filter(event_type="order_paid").count() == 1


def test_a_final_order_is_not_due() -> None:
    place_order(**an_order())
    make_due()

    assert recover(a_world()[0]) == 0
