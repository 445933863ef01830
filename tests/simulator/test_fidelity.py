"""Where the simulator repeats what the shop says elsewhere, it says the same."""

import chassis.outbox.relay
import chassis.work
import chassis.worker
from dev.simulator import outbox, work, worker
from dev.simulator.order_service import clients
from orders import errors
from orders.saga import SAGA


def test_work_is_put_off_for_as_long() -> None:
    assert (work.FIRST_PAUSE, work.LONGEST_PAUSE) == (chassis.work.FIRST_PAUSE, chassis.work.LONGEST_PAUSE)


def test_a_task_of_a_worker_goes_on_for_as_long() -> None:
    assert worker.TURN == chassis.worker.TURN


def test_the_relay_takes_as_many_messages_at_once() -> None:
    assert outbox.BATCH == chassis.outbox.relay.BATCH


def test_every_no_that_the_saga_understands_is_one_that_some_call_can_have() -> None:
    usual = {*clients.PROVIDER.values(), *clients.OTHER.values()}

    assert {refusal for each in clients.PRODUCT.values() for refusal in each} | usual == set(errors.REFUSALS)


def test_every_call_of_the_table_is_made() -> None:
    owed = {row.owes for row in SAGA.values()}

    assert owed - clients.PRODUCT.keys() - clients.PROVIDER.keys() == {"void_payment"}
