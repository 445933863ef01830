"""What a bug between an order's end and its buyer's inbox would leave behind."""

from uuid import UUID

from tests.audit.doctor import INBOX, MESSAGES, NOTIFICATIONS, OUTBOX, PREFERENCES, Doctor

LONG_AGO = "'2020-01-01 00:00:00'"
NEW_ID = "'00c0ffee000040008000000000000005'"
PAID = "subject_id = :paid AND event_type = 'order_paid'"
MAIL = "order_id = :paid AND kind = 'ORDER_PAID'"


def test_an_outbox_that_is_read_by_a_cursor_skips_an_event(doctor: Doctor) -> None:
    doctor.delete(INBOX, PAID)
    doctor.delete(NOTIFICATIONS, MAIL)

    assert "paid" in doctor.caught("S7")


def test_an_event_that_is_never_delivered_is_overdue(doctor: Doctor) -> None:
    doctor.change(OUTBOX, PAID, state="'pending'", created_at=LONG_AGO)

    assert doctor.caught("L1") == {"paid"}


def test_an_event_that_is_never_acted_on_is_overdue(doctor: Doctor) -> None:
    doctor.change(INBOX, PAID, state="'pending'", received_at=LONG_AGO)

    assert doctor.caught("L1") == {"paid"}


def test_an_event_that_is_lost_beside_its_commit_is_missed(doctor: Doctor) -> None:
    doctor.delete(OUTBOX, "subject_id = :sold_out AND event_type = 'order_cancelled'")

    assert doctor.caught("S7") == {"sold out"}


def test_an_event_that_is_published_before_its_commit_tells_of_what_never_was(doctor: Doctor) -> None:
    doctor.copy(INBOX, PAID, id="NULL", event_id=NEW_ID, subject_id=":declined")
    doctor.copy(NOTIFICATIONS, MAIL, id=NEW_ID, event_id=NEW_ID, order_id=":declined", status="'PENDING'")

    assert doctor.caught("S7") == {"declined"}


def test_an_event_of_what_did_not_happen_is_caught(doctor: Doctor) -> None:
    doctor.copy(OUTBOX, PAID, id="NULL", event_id=NEW_ID, subject_id=":declined", state="'pending'")

    assert doctor.caught("S7") == {"declined"}


def test_what_is_announced_twice_is_caught(doctor: Doctor) -> None:
    doctor.copy(OUTBOX, PAID, id="NULL", event_id=NEW_ID, state="'pending'")

    assert doctor.caught("S7") == {"paid"}


def test_a_message_that_is_sent_twice_is_caught(doctor: Doctor) -> None:
    doctor.loosen(MESSAGES).copy(MESSAGES, f"key = '{mail_of(doctor)}'")

    assert doctor.caught("S7") == {"paid"}


def test_a_message_that_is_written_twice_is_caught(doctor: Doctor) -> None:
    doctor.loosen(NOTIFICATIONS).copy(NOTIFICATIONS, MAIL, id=NEW_ID, status="'PENDING'")

    assert doctor.caught("S7") == {"paid"}


def test_a_message_that_the_provider_never_took_is_caught(doctor: Doctor) -> None:
    doctor.delete(MESSAGES, f"key = '{mail_of(doctor)}'")

    assert doctor.caught("S7") == {"paid"}


def test_a_message_that_is_given_up_although_it_was_taken_is_caught(doctor: Doctor) -> None:
    doctor.change(NOTIFICATIONS, MAIL, status="'FAILED'")

    assert doctor.caught("S7") == {"paid"}


def test_a_message_that_nobody_wrote_is_caught(doctor: Doctor) -> None:
    mail = mail_of(doctor)
    doctor.delete(NOTIFICATIONS, MAIL)

    assert doctor.caught("S7") == {"paid", f"message {UUID(mail)}"}


def test_a_message_to_another_customer_is_caught(doctor: Doctor) -> None:
    other = doctor.find(NOTIFICATIONS, "user_id", "order_id = :told_by_two_channels")
    doctor.change(NOTIFICATIONS, MAIL, user_id=f"'{other}'")

    assert "paid" in doctor.caught("S7")


def test_a_message_to_a_wrong_address_is_caught(doctor: Doctor) -> None:
    doctor.change(NOTIFICATIONS, MAIL, recipient="'somebody.else@example.com'")

    assert doctor.caught("S7") == {"paid"}


def test_a_message_to_whoever_wants_none_is_caught(doctor: Doctor) -> None:
    user = doctor.find(NOTIFICATIONS, "user_id", MAIL)
    doctor.change(PREFERENCES, "channels = '[]'", user_id=f"'{user}'")

    assert "paid" in doctor.caught("S7")


def test_no_text_message_to_whoever_wants_one_is_caught(doctor: Doctor) -> None:
    doctor.delete(NOTIFICATIONS, "order_id = :told_by_two_channels AND channel = 'SMS'")

    assert "told by two channels" in doctor.caught("S7")


def test_a_dead_letter_is_left_for_a_person(doctor: Doctor) -> None:
    doctor.change(OUTBOX, PAID, state="'dead'")

    assert doctor.caught("L1") == {"paid"}


def mail_of(doctor: Doctor) -> str:
    """The id of the mail about the paid order."""
    return doctor.find(NOTIFICATIONS, "id", MAIL)
