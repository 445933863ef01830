"""What a client was told, and the shop did not keep to."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from dev.audit.history import Outcome, Told
from tests.audit.doctor import Doctor


def test_a_refusal_that_is_paid_after_all_is_caught(doctor: Doctor) -> None:
    retell(doctor, "paid", outcome=Outcome.REFUSED, status="", reason="PAYMENT_DECLINED")

    assert doctor.caught("S6") == {"paid"}


def test_a_refusal_without_an_order_that_is_paid_after_all_is_caught(doctor: Doctor) -> None:
    retell(doctor, "paid", outcome=Outcome.REFUSED, status="", reason="USER_DEACTIVATED", order_id="")

    assert doctor.caught("S6") == {"paid"}


def test_a_cancellation_that_is_paid_after_all_is_caught(doctor: Doctor) -> None:
    doctor.told.append(Told(call="cancel", caller="x", outcome=Outcome.OK, order_id=doctor.story.orders["paid"]))

    assert doctor.caught("S6") == {"paid"}


def test_a_payment_that_is_called_off_afterwards_is_caught(doctor: Doctor) -> None:
    retell(doctor, "declined", outcome=Outcome.OK, status="paid", reason="")

    assert doctor.caught("S6") == {"declined"}


def test_money_that_is_said_to_be_back_and_is_not_is_caught(doctor: Doctor) -> None:
    retell(doctor, "partly paid back", call="refund", status="refunded")

    assert doctor.caught("S6") == {"partly paid back"}


def test_money_that_is_said_to_be_back_of_an_order_that_cost_none_is_caught(doctor: Doctor) -> None:
    retell(doctor, "for nothing", status="refunded")

    assert doctor.caught("S6") == {"for nothing"}


def test_a_refused_refund_that_is_made_after_all_is_caught(doctor: Doctor) -> None:
    retell(doctor, "partly paid back", call="refund", outcome=Outcome.REFUSED, status="", reason="REFUND_REFUSED")

    assert doctor.caught("S6") == {"partly paid back"}


def test_an_acknowledged_refund_that_is_lost_is_caught(doctor: Doctor) -> None:
    retell(doctor, "partly paid back", call="refund", request_id=str(uuid4()))

    assert doctor.caught("S5") == {"partly paid back"}


def test_another_order_for_a_repeated_key_is_caught(doctor: Doctor) -> None:
    retell(doctor, "repeated", order_id=doctor.story.orders["paid"])

    assert doctor.caught("S5") == {"paid"}


def test_a_key_that_is_taken_with_other_values_is_caught(doctor: Doctor) -> None:
    doctor.told[:] = [
        replace(told, outcome=Outcome.OK, reason="") if told.reason == "REQUEST_ID_REUSED" else told
        for told in doctor.told
    ]

    assert len(doctor.caught("S5")) == 1


def test_a_key_that_is_refused_with_its_own_values_is_caught(doctor: Doctor) -> None:
    retell(doctor, "declined", reason="REQUEST_ID_REUSED")

    assert doctor.caught("S5") == {"declined"}


def test_a_call_with_an_unknown_end_may_have_had_any(doctor: Doctor) -> None:
    for order in doctor.story.orders:
        retell(doctor, order, outcome=Outcome.UNKNOWN, status="", reason="", order_id="")

    assert doctor.caught("S5") == set()
    assert doctor.caught("S6") == set()


def retell(doctor: Doctor, order: str, *, call: str = "place", **changes: Any) -> None:
    """Tell the last one who made such a call about an order something else."""
    about = [told for told in doctor.told if (told.call, told.order_id) == (call, doctor.story.orders[order])]
    doctor.told[doctor.told.index(about[-1])] = replace(about[-1], **changes)
