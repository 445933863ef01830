"""What is left in memory of a transaction that failed: nothing."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from chassis.outbox.models import OutboxMessage
from chassis.transactions import committing

pytestmark = pytest.mark.django_db(transaction=True)


class BrokenOffError(Exception):
    """Raised in the middle of a transaction."""


@pytest.fixture
def message() -> OutboxMessage:
    return OutboxMessage.objects.create(**values())


def values() -> dict[str, Any]:
    return {
        "event_id": uuid4(),
        "subject_id": uuid4(),
        "subscriber": "notification_service",
        "event_type": "order_paid",
        "payload": b"",
    }


def change(message: OutboxMessage) -> None:
    message.attempts = 7
    message.last_error = "changed"
    message.save()


def break_off() -> None:
    raise BrokenOffError


def in_vain(*instances: OutboxMessage, act: Callable[[], object]) -> None:
    with committing(*instances):
        act()
        break_off()


def test_what_was_committed_stays(message: OutboxMessage) -> None:
    with committing(message):
        change(message)

    assert message.attempts == OutboxMessage.objects.get().attempts == 7


def test_after_a_failure_the_object_is_as_the_row_is(message: OutboxMessage) -> None:
    before = dict(message.__dict__)

    with pytest.raises(BrokenOffError):
        in_vain(message, act=lambda: change(message))

    assert message.__dict__ == before
    assert OutboxMessage.objects.get().attempts == message.attempts == 0


def test_a_commit_whose_reply_is_lost_is_a_failure_too(message: OutboxMessage) -> None:
    def change_and_lose_the_reply() -> None:
        with committing(message):
            change(message)
            transaction.on_commit(break_off)

    with pytest.raises(BrokenOffError):
        change_and_lose_the_reply()

    # Whether such a commit came true, the row tells, and not the object.
    assert message.attempts == 0


def test_an_object_that_was_made_in_vain_is_new_again() -> None:
    made = OutboxMessage(**values())

    with pytest.raises(BrokenOffError):
        in_vain(made, act=made.save)

    assert not made.pk
    made.save()
    assert OutboxMessage.objects.count() == 1


def test_it_is_a_transaction_of_its_own(message: OutboxMessage) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        in_vain(message, act=lambda: None)
