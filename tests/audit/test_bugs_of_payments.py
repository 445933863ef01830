"""What a bug round the payment provider would leave behind."""

from tests.audit.doctor import ORDERS, PAYMENTS, REFUNDS, Doctor


def test_a_double_capture_is_caught(doctor: Doctor) -> None:
    doctor.loosen(PAYMENTS).copy(PAYMENTS, entries(doctor, "paid", "captured"))

    assert doctor.caught("S2") == {"paid"}


def test_a_charge_that_is_not_the_total_is_caught(doctor: Doctor) -> None:
    doctor.change(PAYMENTS, entries(doctor, "paid", "captured"), amount_minor="amount_minor + 1")

    assert doctor.caught("S2") == {"paid"}


def test_a_charge_in_another_currency_is_caught(doctor: Doctor) -> None:
    doctor.change(PAYMENTS, entries(doctor, "repeated", "captured"), currency="'JPY'")

    assert doctor.caught("S2") == {"repeated"}


def test_more_refunded_than_paid_is_caught(doctor: Doctor) -> None:
    doctor.change(PAYMENTS, entries(doctor, "paid back", "refunded"), amount_minor="amount_minor + 1")

    assert doctor.caught("S2") == {"paid back"}


def test_a_refund_that_is_made_twice_is_caught(doctor: Doctor) -> None:
    doctor.loosen(PAYMENTS).copy(PAYMENTS, entries(doctor, "partly paid back", "refunded"))

    assert doctor.caught("S2") == {"partly paid back"}


def test_a_refund_under_a_new_key_at_each_try_is_caught(doctor: Doctor) -> None:
    new = "'00c0ffee000040008000000000000006'"
    doctor.copy(PAYMENTS, entries(doctor, "partly paid back", "refunded"), id="NULL", refund_id=new)

    assert doctor.caught("S2") == {"partly paid back"}


def test_a_refund_that_only_the_shop_knows_is_caught(doctor: Doctor) -> None:
    doctor.delete(PAYMENTS, entries(doctor, "partly paid back", "refunded"))

    assert doctor.caught("S3") == {"partly paid back"}


def test_a_refund_that_is_refused_and_made_all_the_same_is_caught(doctor: Doctor) -> None:
    refund = doctor.find(REFUNDS, "id", "order_id = :never_paid_back")
    values = {"kind": "'refunded'", "refund_id": f"'{refund}'"}
    doctor.copy(PAYMENTS, entries(doctor, "never paid back", "captured"), id="NULL", **values)

    assert doctor.caught("S2") == {"never paid back"}


def test_a_refund_that_is_counted_twice_is_caught(doctor: Doctor) -> None:
    doctor.change(ORDERS, "id = :partly_paid_back", refunded_minor="2 * refunded_minor")

    assert doctor.caught("S3") == {"partly paid back"}


def test_paid_without_a_capture_is_caught(doctor: Doctor) -> None:
    doctor.delete(PAYMENTS, entries(doctor, "paid", "captured"))

    assert doctor.caught("S3") == {"paid"}


def test_released_while_its_payment_was_unknown_is_caught(doctor: Doctor) -> None:
    total = doctor.find(ORDERS, "total_minor", "id = :cancelled")
    voided = entries(doctor, "cancelled", "voided")
    doctor.change(PAYMENTS, voided, kind="'captured'", amount_minor=total, currency="'EUR'")

    assert doctor.caught("S4") == {"cancelled"}
    assert doctor.caught("S2") == set()


def test_an_authorisation_that_is_left_behind_is_caught(doctor: Doctor) -> None:
    doctor.delete(PAYMENTS, entries(doctor, "cancelled", "voided"))

    assert doctor.caught("S4") == {"cancelled"}


def test_a_payment_of_no_order_is_an_orphan(doctor: Doctor) -> None:
    unknown = "'00c0ffee000040008000000000000002'"
    doctor.copy(PAYMENTS, entries(doctor, "declined", "declined"), id="NULL", payment_id=unknown)

    assert doctor.caught("L1") == {"payment 00c0ffee-0000-4000-8000-000000000002"}


def test_two_orders_of_one_payment_are_caught(doctor: Doctor) -> None:
    doctor.loosen(ORDERS).change(ORDERS, "id IN (:paid, :repeated)", payment_id=f"'{payment(doctor, 'paid')}'")

    assert doctor.caught("S2") == {"paid", "repeated"}


def payment(doctor: Doctor, order: str) -> str:
    """The id of an order's payment."""
    return doctor.find(ORDERS, "payment_id", f"id = :{order.replace(' ', '_')}")


def entries(doctor: Doctor, order: str, kind: str) -> str:
    """What of one kind happened to an order's payment, as SQL."""
    return f"payment_id = '{payment(doctor, order)}' AND kind = '{kind}'"
