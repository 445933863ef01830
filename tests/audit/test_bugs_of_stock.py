"""What a bug in product_service, or in how it is called, would leave behind."""

from uuid import UUID

from dev.lab.people import PLENTY
from tests.audit.doctor import LINES, MOVEMENTS, PRODUCTS, RESERVATIONS, RESERVED, Doctor


def test_without_a_tombstone_a_late_reserve_holds_stock_for_ever(doctor: Doctor) -> None:
    doctor.change(RESERVATIONS, "order_id = :declined", state="'confirmed'")
    doctor.delete(MOVEMENTS, "order_id = :declined AND reason = 'released'")
    put_on_sale(doctor, "declined", "-")

    assert doctor.caught("S4") == {"declined"}
    assert doctor.caught("S1") == set()


def test_a_cancelled_order_without_a_tombstone_is_open_to_a_late_reserve(doctor: Doctor) -> None:
    # Nothing was held for this one: the tombstone is all there is.
    doctor.delete(RESERVATIONS, "order_id = :sold_out")

    assert doctor.caught("S4") == {"sold out"}


def test_a_double_release_mints_stock(doctor: Doctor) -> None:
    doctor.copy(MOVEMENTS, "order_id = :declined AND reason = 'released'", id="NULL")
    put_on_sale(doctor, "declined", "+")

    assert "declined" in doctor.caught("S1")


def test_a_release_that_forgets_to_give_back_loses_stock(doctor: Doctor) -> None:
    doctor.delete(MOVEMENTS, "order_id = :declined AND reason = 'released'")
    put_on_sale(doctor, "declined", "-")

    assert "declined" in doctor.caught("S1")


def test_units_that_are_put_on_sale_again_are_sold_twice(doctor: Doctor) -> None:
    put_on_sale(doctor, "repeated", "+")

    assert doctor.caught("S1") == {f"product {product_of(doctor, 'repeated')}"}


def test_less_than_nothing_is_an_oversell(doctor: Doctor) -> None:
    product = product_of(doctor, "repeated")
    doctor.change(MOVEMENTS, f"product_id = '{product.hex}' AND reason = 'received'", delta=f"delta - {PLENTY}")
    doctor.change(PRODUCTS, f"id = '{product.hex}'", available=f"available - {PLENTY}")

    assert doctor.caught("S1") == {f"product {product}"}  # Although every account of it agrees.


def test_a_hold_that_runs_out_while_its_order_is_paid_is_sold_again(doctor: Doctor) -> None:
    doctor.change(RESERVATIONS, "order_id = :paid", state="'expired'")
    doctor.copy(MOVEMENTS, "order_id = :paid", id="NULL", delta="-delta", reason="'released'")
    put_on_sale(doctor, "paid", "+")

    assert doctor.caught("S3") == {"paid"}
    assert doctor.caught("S1") == set()


def test_a_hold_that_nobody_sweeps_up_is_overdue(doctor: Doctor) -> None:
    doctor.change(RESERVATIONS, "order_id = :paid", state="'held'", expires_at="'2020-01-01 00:00:00'")

    assert doctor.caught("L1") == {"paid"}


def test_a_hold_of_no_order_is_an_orphan(doctor: Doctor) -> None:
    doctor.copy(RESERVATIONS, "order_id = :sold_out", order_id="'00c0ffee000040008000000000000001'")

    assert doctor.caught("L1") == {"00c0ffee-0000-4000-8000-000000000001"}


def test_another_price_than_the_reserved_one_is_charged(doctor: Doctor) -> None:
    doctor.change(RESERVED, "reservation_id = :paid", unit_price_minor="unit_price_minor - 1")
    total = "(SELECT sum(quantity * unit_price_minor) FROM products_reservationline WHERE reservation_id = :paid)"
    doctor.change(RESERVATIONS, "order_id = :paid", total_minor=total)

    assert doctor.caught("S3") == {"paid"}


def test_more_units_are_bought_than_are_held(doctor: Doctor) -> None:
    doctor.change(LINES, "order_id = :paid", quantity="quantity + 1")

    assert doctor.caught("S3") == {"paid"}


def put_on_sale(doctor: Doctor, order: str, sign: str) -> None:
    """Count what was reserved for an order among what is available once more, or once less."""
    reserved = f"FROM products_reservationline WHERE reservation_id = :{order}"
    quantity = f"(SELECT quantity {reserved} AND product_id = products_product.id)"
    doctor.change(PRODUCTS, f"id IN (SELECT product_id {reserved})", available=f"available {sign} {quantity}")


def product_of(doctor: Doctor, order: str) -> UUID:
    """The one product that was reserved for an order."""
    return UUID(doctor.find(RESERVED, "product_id", f"reservation_id = :{order}"))
