"""Commits that fail, and commits that only seem to."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now

from chassis.call import Caller
from orders.models import Order, Refund, Status
from orders.operations import place_order
from orders.recovery import recover
from orders.refunds import Wish, refund_order
from orders.saga import State
from tests.examples import an_order, make_due
from tests.fakes import a_world

pytestmark = pytest.mark.django_db(transaction=True)

Execute = Callable[..., Any]


def lose_the_reply_to_the_commit() -> None:
    transaction.on_commit(lose)


def lose() -> None:
    raise OperationalError("the connection is lost")


@contextmanager
def when_it_announces(interfere: Callable[[], None], *, ever_after: bool = False) -> Iterator[None]:
    """Do something when a transaction is about to announce an order: the last thing that a step does in one."""
    began = False

    def execute(run: Execute, sql: str, *arguments: Any) -> Any:
        nonlocal began
        announces = sql.startswith('INSERT INTO "outbox_outboxmessage"')
        if announces or (began and ever_after):
            began = True
            interfere()
        return run(sql, *arguments)

    with connection.execute_wrapper(execute):
        yield


def test_an_order_whose_last_commit_only_seemed_to_fail_is_not_taken_up_again() -> None:
    with when_it_announces(lose_the_reply_to_the_commit):
        place_order(**an_order())
    make_due()

    assert Order.objects.get().state == State.PAID
    assert recover(a_world()[0]) == 0


@pytest.mark.parametrize("ever_after", [False, True])
def test_nobody_is_told_of_a_payment_that_is_not_stored(*, ever_after: bool) -> None:
    with when_it_announces(lose, ever_after=ever_after):
        answered = place_order(**an_order())

    assert answered.status == Status.PENDING
    assert Order.objects.get().state == State.CAPTURING


def pause_of(work: Order | Refund) -> float:
    """Seconds from the database's now until the work is due."""
    rows: Any = type(work)._default_manager.annotate(now=Now()).filter(pk=work.pk)
    [(due, now)] = rows.values_list("next_attempt_at", "now")
    return float((due - now).total_seconds())


def test_an_order_whose_commit_fails_is_tried_less_and_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    # The longest that a pause may be, instead of any up to it.
    monkeypatch.setattr(random, "uniform", lambda _shortest, longest: longest)
    with when_it_announces(lose):
        order = place_order(**an_order())
        pauses = []
        for _ in range(7):
            make_due()
            assert recover(a_world()[0]) == 1
            pauses.append(pause_of(order))

    assert pauses == pytest.approx([0.5, 1, 2, 4, 8, 15, 15], abs=0.3)
    order.refresh_from_db()
    assert (order.state, order.tries) == (State.CAPTURING, 7)


def test_the_timeline_of_an_order_whose_commit_fails_grows_by_two_entries_a_try() -> None:
    with when_it_announces(lose):
        order = place_order(**an_order())
        before = order.timeline.count()
        for _ in range(5):
            make_due()
            recover(a_world()[0])

    assert order.timeline.count() - before == 10


def test_a_refund_whose_commit_fails_pauses_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda _shortest, longest: longest)
    order = place_order(**an_order())
    staff = Caller(user_id=uuid4(), is_staff=True)
    wish = Wish(request_id=uuid4(), order_id=order.id, amount=None, note="")
    with when_it_announces(lose):
        refund_order(caller=staff, wish=wish, world=a_world()[0])
        refund = order.refunds.get()
        pauses = []
        for _ in range(4):
            make_due()
            assert recover(a_world()[0]) == 1
            pauses.append(pause_of(refund))

    assert pauses == pytest.approx([1, 2, 4, 8], abs=0.3)
    assert Order.objects.get().refunded_minor == 0
