"""How far a service is behind."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone

from chassis.inbox.models import InboxMessage
from chassis.lag import Lag, lags
from chassis.outbox.models import OutboxMessage
from chassis.stored_event import State

pytestmark = pytest.mark.django_db

OPEN, LATER, DONE, DEAD = "open", "later", "done", "dead"


def announced(how: str, age: float = 0) -> None:
    """A row of the outbox, announced `age` seconds ago."""
    now = timezone.now()
    OutboxMessage.objects.create(
        event_id=uuid4(),
        subject_id=uuid4(),
        event_type="order_paid",
        payload=b"",
        subscriber="notification_service",
        created_at=now - timedelta(seconds=age),
        state={DONE: State.DONE, DEAD: State.DEAD}.get(how, State.PENDING),
        next_attempt_at={OPEN: now, LATER: now + timedelta(hours=1)}.get(how),
    )


def outbox() -> Lag:
    return next(each for each in lags() if each.queue == "outbox messages")


def test_what_is_finished_does_not_count_and_what_waits_does() -> None:
    announced(DONE, age=900)
    announced(DEAD, age=900)
    announced(LATER, age=90)
    announced(OPEN, age=30)

    lag = outbox()

    assert (lag.open, lag.dead_letters) == (2, 1)
    assert lag.oldest is not None
    assert lag.oldest.total_seconds() == pytest.approx(90, abs=5)


def test_an_empty_queue_has_no_oldest() -> None:
    announced(DONE)

    assert outbox() == Lag(queue="outbox messages", open=0, oldest=None, dead_letters=0)


def test_a_row_from_a_clock_that_is_ahead_is_of_no_age() -> None:
    announced(OPEN, age=-60)

    assert outbox().oldest == timedelta(0)


def test_the_inbox_counts_from_when_an_event_came_in() -> None:
    InboxMessage.objects.create(
        event_id=uuid4(),
        subject_id=uuid4(),
        event_type="order_paid",
        payload=b"",
        received_at=timezone.now() - timedelta(seconds=40),
    )

    lag = next(each for each in lags() if each.queue == "inbox messages")

    assert lag.oldest is not None
    assert lag.oldest.total_seconds() == pytest.approx(40, abs=5)


def test_the_command_prints_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    announced(DEAD)

    call_command("lag")

    heads, *rows = capsys.readouterr().out.splitlines()
    assert heads.split() == ["queue", "open", "oldest", "dead", "letters"]
    assert [row.split() for row in rows] == [
        ["outbox", "messages", "0", "-", "1"],
        ["inbox", "messages", "0", "-", "0"],
    ]


def test_the_command_prints_objects_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    announced(OPEN, age=30)

    call_command("lag", "--json")

    first, second = json.loads(capsys.readouterr().out)
    assert first.pop("oldest_seconds") == pytest.approx(30, abs=5)
    assert first == {"queue": "outbox messages", "open": 1, "dead_letters": 0}
    assert second == {"queue": "inbox messages", "open": 0, "oldest_seconds": None, "dead_letters": 0}
