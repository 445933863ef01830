"""When the auditor accuses, and when it does not."""

from dataclasses import replace

from dev.audit.evidence import Evidence, Order, Terms
from dev.audit.properties.liveness import L1
from dev.audit.properties.messages import S7
from dev.audit.verdict import audit, judge
from tests.audit.doctor import OUTBOX, Doctor
from tests.audit.story import Story

ORDER = Order(
    id="order",
    user_id="ada",
    placed_by="ada",
    request_id="key",
    payment_id="payment",
    state="reserving",
    version=1,
    currency="",
    total_minor=None,
    refunded_minor=0,
    created_at=100.0,
    due_at=0.0,
)


def test_work_may_take_its_time_but_no_longer() -> None:
    in_time = Evidence(taken_at=130.0, orders=(ORDER,), terms=Terms(overdue_after=30.0))

    assert L1(in_time) == []
    assert [str(each) for each in L1(replace(in_time, taken_at=131.0))] == ["L1 order: order is reserving after 31 s"]


def test_work_that_is_done_is_left_alone_at_once() -> None:
    for_ever = Evidence(taken_at=100.0, orders=(replace(ORDER, state="paid"),))

    assert [str(each) for each in L1(for_ever)] == ["L1 order: order is paid, and still due"]
    assert L1(replace(for_ever, orders=(replace(ORDER, state="paid", due_at=None),))) == []


def test_work_under_way_is_counted(evidence: Evidence) -> None:
    assert judge(replace(evidence, orders=(*evidence.orders, ORDER))).under_way == 1


def test_what_moved_while_it_was_read_is_judged_another_time(evidence: Evidence, story: Story) -> None:
    paid = story.orders["paid"]
    left = tuple(each for each in evidence.reservations if each.order_id != paid)
    before_it_was_reserved = replace(evidence, reservations=left, movements=(), products=())

    assert ("S3", paid) in accused(before_it_was_reserved)
    assert ("S3", paid) not in accused(replace(before_it_was_reserved, moving=frozenset([paid])))


def test_some_dead_letters_may_be_allowed(evidence: Evidence) -> None:
    first, *others = evidence.outbox
    one = replace(evidence, outbox=(replace(first, state="dead"), *others), terms=Terms(overdue_after=0.0))

    assert len(L1(one)) == 1
    assert L1(replace(one, terms=Terms(overdue_after=0.0, dead_letters=1))) == []


def test_a_preference_that_may_have_changed_since_says_nothing(evidence: Evidence) -> None:
    changed = tuple(replace(each, channels=frozenset({"EMAIL"})) for each in evidence.preferences)
    since = replace(evidence, preferences=changed)

    assert S7(since) != []
    assert S7(replace(since, terms=Terms(customers_unchanged=False))) == []


def test_overdue_work_gets_some_patience(doctor: Doctor) -> None:
    event = "subject_id = :paid AND event_type = 'order_paid'"
    doctor.change(OUTBOX, event, state="'pending'", created_at="'2020-01-01 00:00:00'")

    def deliver(_seconds: float) -> None:
        doctor.change(OUTBOX, event, state="'done'")

    assert not audit(doctor.data, pause=deliver).holds
    assert audit(doctor.data, patience=60.0, pause=deliver).holds


def test_patience_is_for_overdue_work_alone(doctor: Doctor) -> None:
    doctor.delete(OUTBOX, "subject_id = :paid")
    pauses: list[float] = []

    assert not audit(doctor.data, patience=60.0, pause=pauses.append).holds
    assert pauses == []


def accused(evidence: Evidence) -> set[tuple[str, str]]:
    """Which properties are broken by what."""
    return {(each.code, each.thing) for each in judge(evidence).violations}


def test_work_that_a_wrong_clock_has_put_off_is_seen() -> None:
    waiting = Evidence(taken_at=101.0, orders=(replace(ORDER, due_at=126.0),))

    assert L1(waiting) == []
    in_an_hour = replace(waiting, orders=(replace(ORDER, due_at=3701.0),))
    assert [str(each) for each in L1(in_an_hour)] == ["L1 order: order is due in 3600 s"]
