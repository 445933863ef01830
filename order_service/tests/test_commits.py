"""Commits that fail, and commits that only seem to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from orders.models import Order, Status
from orders.operations import place_order
from orders.recovery import recover
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
