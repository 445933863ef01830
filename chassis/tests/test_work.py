from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from chassis.outbox.models import OutboxMessage
from chassis.query_plans import sqlite_only
from chassis.testing import at_once
from chassis.work import ERROR_LENGTH, FIRST_PAUSE, LONGEST_PAUSE, wake_stranded

LEASE = timedelta(seconds=30)
RUN_OUT = timedelta(seconds=-1)


def some_work(subject_id: UUID | None = None, **fields: object) -> OutboxMessage:
    values = {"subscriber": "notification_service", "event_type": "order_paid", "payload": b"", **fields}
    return OutboxMessage.objects.create(event_id=uuid4(), subject_id=subject_id or uuid4(), **values)


def due() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.due())


def seconds_to_go(work: OutboxMessage) -> float:
    """How far the database's clock is from the row's next attempt."""
    now = OutboxMessage.objects.annotate(now=Now()).values_list("now", flat=True).get(pk=work.pk)
    assert work.next_attempt_at is not None
    return float((work.next_attempt_at - now).total_seconds())


@pytest.mark.django_db
def test_new_work_is_due_at_once() -> None:
    work = some_work()

    assert due() == [work]


@pytest.mark.django_db
def test_the_longest_due_comes_first_and_no_more_than_asked_for() -> None:
    younger, older = some_work(), some_work(next_attempt_at=datetime(2020, 1, 1, tzinfo=UTC))
    some_work(next_attempt_at=datetime(2999, 1, 1, tzinfo=UTC))

    assert due() == [older, younger]
    assert list(OutboxMessage.objects.due(1)) == [older]


@pytest.mark.django_db
def test_claimed_work_is_nobodys_until_the_lease_runs_out() -> None:
    work, late = some_work(), OutboxMessage.objects.get()

    assert work.claim(LEASE)
    assert work.attempts == 1
    assert seconds_to_go(work) == pytest.approx(30, abs=1)
    assert due() == []
    assert not late.claim(LEASE)
    assert not work.claim(LEASE)


@pytest.mark.django_db
def test_work_whose_lease_ran_out_is_claimed_again_and_its_first_owner_has_no_say_any_more() -> None:
    first = some_work()
    assert first.claim(RUN_OUT)
    [second] = due()
    assert second.claim(LEASE)

    first.postpone("too late")
    assert not first.finish()

    second.refresh_from_db()
    assert second.attempts == 2
    assert second.last_error == ""
    assert second.next_attempt_at is not None


@pytest.mark.django_db
def test_a_stale_copy_claims_nothing_even_when_the_row_is_due_again() -> None:
    work, stale = some_work(), OutboxMessage.objects.get()
    assert work.claim(RUN_OUT)

    assert not stale.claim(LEASE)


@pytest.mark.django_db
def test_a_won_row_is_as_it_stands_now() -> None:
    work = some_work()
    OutboxMessage.objects.update(payload=b"changed meanwhile")

    assert work.claim(LEASE)
    assert bytes(work.payload) == b"changed meanwhile"


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_one_wins() -> None:
    for _ in range(5):
        work = some_work()
        copies = [OutboxMessage.objects.get(pk=work.pk) for _ in range(4)]

        won = at_once(lambda number: copies[number].claim(LEASE), 4)  # noqa: B023

        assert sum(won) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("attempts", "longest"), [(1, FIRST_PAUSE), (3, 2.0), (8, LONGEST_PAUSE), (10_000, LONGEST_PAUSE)]
)
def test_postponed_work_waits_longer_with_every_attempt(attempts: int, longest: float) -> None:
    work = some_work(attempts=attempts)

    work.postpone("Unavailable: nobody there")

    assert -0.5 <= seconds_to_go(work) <= longest
    assert work.last_error == "Unavailable: nobody there"


@pytest.mark.django_db
def test_a_long_error_is_cut() -> None:
    work = some_work()

    work.postpone("x" * 10_000)

    assert OutboxMessage.objects.get().last_error == "x" * ERROR_LENGTH


@pytest.mark.django_db
def test_finished_work_is_never_due() -> None:
    work = some_work()

    assert work.finish(last_error="none")
    assert work.next_attempt_at is None
    assert work.last_error == "none"
    assert due() == []


@pytest.mark.django_db
def test_whoever_finished_work_without_knowing_it_does_not_make_it_due_again() -> None:
    work, same = some_work(), OutboxMessage.objects.get()
    work.finish()

    same.postpone("the reply to the commit was lost")
    assert not same.finish(last_error="once more")

    same.refresh_from_db()
    assert same.next_attempt_at is None
    assert same.last_error == ""


@pytest.mark.django_db
def test_only_the_first_unfinished_row_of_a_lane_is_worked_on() -> None:
    one, other = uuid4(), uuid4()
    first, second, elsewhere = some_work(one), some_work(one), some_work(other)
    first_of_each = OutboxMessage.objects.due().first_of_each("subject_id")

    assert set(first_of_each) == {first, elsewhere}
    first.postpone("later")
    assert second not in first_of_each.all()
    first.finish()
    assert set(first_of_each.all()) == {second, elsewhere}


@sqlite_only
@pytest.mark.django_db
def test_what_is_due_is_found_by_index() -> None:
    plan = OutboxMessage.objects.due().first_of_each("subscriber", "subject_id").explain()

    assert "next_attempt_at<?" in plan
    assert "outbox_open_by_lane" in plan


@pytest.mark.django_db(transaction=True)
def test_a_claim_is_undone_with_its_transaction() -> None:
    work = some_work()
    with transaction.atomic():
        assert work.claim(LEASE)
        transaction.set_rollback(True)

    assert due() == [OutboxMessage.objects.get()]


@pytest.mark.django_db
def test_work_that_is_due_further_ahead_than_it_ever_waits_is_made_due() -> None:
    # As a clock that was an hour ahead leaves it behind.
    stranded = some_work(next_attempt_at=Now() + timedelta(hours=1))
    claimed = some_work(next_attempt_at=Now() + timedelta(seconds=settings.LEASE))
    done = some_work(next_attempt_at=None)

    assert wake_stranded() == 1

    assert due() == [stranded]
    for each in (claimed, done):
        before = each.next_attempt_at
        each.refresh_from_db()
        assert (each.next_attempt_at is None) == (before is None)


@pytest.mark.django_db
def test_work_that_waits_for_longer_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OutboxMessage, "longest_wait", classmethod(lambda _: timedelta(hours=8)))
    some_work(next_attempt_at=Now() + timedelta(hours=1))

    assert wake_stranded() == 0


@sqlite_only
@pytest.mark.django_db
def test_stranded_work_is_looked_for_by_an_index() -> None:
    ahead = OutboxMessage.objects.filter(next_attempt_at__gt=Now() + OutboxMessage.longest_wait())

    assert "INDEX" in ahead.explain()
