"""What a bug in order_service would leave behind."""

from tests.audit.doctor import LINES, ORDERS, OUTBOX, PAYMENTS, REFUNDS, TIMELINE, Doctor

LONG_AGO = "'2020-01-01 00:00:00'"


def test_a_key_that_is_not_unique_places_two_orders(doctor: Doctor) -> None:
    ids = {"id": "'00c0ffee000040008000000000000003'", "payment_id": "'00c0ffee000040008000000000000004'"}
    doctor.loosen(ORDERS).copy(ORDERS, "id = :repeated", **ids)

    assert doctor.caught("S5") >= {"repeated"}


def test_an_order_that_is_acknowledged_before_its_commit_is_lost(doctor: Doctor) -> None:
    for table in (LINES, TIMELINE):
        doctor.delete(table, "order_id = :told_by_none")
    doctor.delete(ORDERS, "id = :told_by_none")

    assert doctor.caught("S5") == {"told by none"}
    assert "told by none" in doctor.caught("L1")  # Its hold is an orphan.


def test_without_a_fence_two_processes_move_an_order_to_one_version(doctor: Doctor) -> None:
    doctor.loosen(TIMELINE).copy(TIMELINE, "order_id = :paid AND version = 3")

    assert doctor.caught("S8") == {"paid"}


def test_without_a_fence_two_processes_move_an_order_from_one_state(doctor: Doctor) -> None:
    doctor.loosen(TIMELINE).change(TIMELINE, "order_id = :repeated AND version > 3", version="version + 1")
    doctor.copy(TIMELINE, "order_id = :repeated AND version = 3", version="4")
    doctor.change(ORDERS, "id = :repeated", version="version + 1")

    assert doctor.caught("S8") == {"repeated"}


def test_a_move_that_nobody_wrote_down_is_a_gap(doctor: Doctor) -> None:
    doctor.delete(TIMELINE, "order_id = :paid AND version = 2")

    assert doctor.caught("S8") == {"paid"}


def test_a_move_that_the_table_does_not_have_is_caught(doctor: Doctor) -> None:
    doctor.delete(TIMELINE, "order_id = :repeated AND state_before = 'confirming'")
    captured = "order_id = :repeated AND state_before = 'capturing'"
    doctor.change(TIMELINE, captured, version="version - 1", state_before="'confirming'")
    doctor.change(ORDERS, "id = :repeated", version="version - 1")

    assert doctor.caught("S8") == {"repeated"}


def test_what_leaves_a_final_state_is_caught(doctor: Doctor) -> None:
    end = "order_id = :cancelled AND state = 'cancelled'"
    move = {"version": "version + 1", "state_before": "'cancelled'", "state": "'paid'"}
    doctor.copy(TIMELINE, end, id="NULL", **move)
    doctor.change(ORDERS, "id = :cancelled", state="'paid'", version="version + 1")

    assert doctor.caught("S8") == {"cancelled"}
    assert doctor.caught("S6") == {"cancelled"}  # Whoever called it off was told that it worked.


def test_what_is_done_before_it_is_owed_is_caught(doctor: Doctor) -> None:
    payment = doctor.find(ORDERS, "payment_id", "id = :declined")
    doctor.copy(PAYMENTS, f"payment_id = '{payment}'", id="NULL", kind="'voided'")

    assert doctor.caught("S8") == {"declined"}


def test_an_order_that_is_stuck_is_overdue(doctor: Doctor) -> None:
    doctor.delete(TIMELINE, "order_id = :cancelled AND state = 'cancelled'")
    doctor.delete(OUTBOX, "subject_id = :cancelled")
    stuck = {"state": "'releasing'", "version": "version - 1", "created_at": LONG_AGO}
    doctor.change(ORDERS, "id = :cancelled", **stuck)

    assert doctor.caught("L1") == {"cancelled"}


def test_a_refund_that_is_stuck_is_overdue(doctor: Doctor) -> None:
    doctor.change(REFUNDS, "order_id = :partly_paid_back", state="'refunding'", created_at=LONG_AGO)

    assert doctor.caught("L1") == {"partly paid back"}


def test_an_order_at_its_end_that_workers_come_to_for_ever_is_caught(doctor: Doctor) -> None:
    doctor.change(ORDERS, "id = :paid", next_attempt_at="'2999-01-01 00:00:00'")

    assert doctor.caught("L1") == {"paid"}
