"""What the contracts' rules make of requests."""

from typing import Any
from uuid import uuid4

import pytest
from google.protobuf.message import Message

from chassis.errors import InvalidArgument, Violation
from chassis.validation import validate
from shop.notifications.v1.notifications_pb2 import NOTIFICATION_KIND_WELCOME, SendNotificationRequest
from shop.orders.v1.orders_pb2 import PlaceOrderLine, PlaceOrderRequest
from shop.users.v1.users_pb2 import GetUserRequest, RegisterRequest

ID = str(uuid4())


def violations(request: Message) -> list[str]:
    """The fields that are refused."""
    with pytest.raises(InvalidArgument) as refused:
        validate(request)
    return [violation.field for violation in refused.value.violations]


def a_registration(**changes: Any) -> RegisterRequest:
    values = {"request_id": ID, "email": "ada@example.com", "password": "long enough", "display_name": "Ada"}
    return RegisterRequest(**values | changes)


def test_a_good_request_passes() -> None:
    validate(a_registration())
    validate(GetUserRequest())


def test_all_violations_are_told_at_once() -> None:
    assert violations(a_registration(email="ada", password="short")) == ["email", "password"]


def test_a_violation_names_the_element() -> None:
    lines = [PlaceOrderLine(product_id=ID, quantity=1), PlaceOrderLine(product_id="x", quantity=0)]

    assert violations(PlaceOrderRequest(request_id=ID, lines=lines, payment_token="t")) == [
        "lines[1].product_id",
        "lines[1].quantity",
    ]


def test_the_same_id_in_other_letters_is_the_same_product() -> None:
    lines = [PlaceOrderLine(product_id=each, quantity=1) for each in (ID.lower(), ID.upper())]

    assert violations(PlaceOrderRequest(request_id=ID, lines=lines, payment_token="t")) == ["lines"]


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (a_registration(display_name="A\0da"), "display_name"),
        (
            PlaceOrderRequest(request_id=ID, lines=[PlaceOrderLine(product_id=ID, quantity=1)], payment_token="t\0"),
            "payment_token",
        ),
        (
            SendNotificationRequest(request_id=ID, user_id=ID, kind=NOTIFICATION_KIND_WELCOME, values={"name": "A\0"}),
            "values['name']",
        ),
        (
            SendNotificationRequest(request_id=ID, user_id=ID, kind=NOTIFICATION_KIND_WELCOME, values={"n\0": "A"}),
            "values",
        ),
    ],
)
def test_a_nul_is_refused_wherever_it_hides(request_: Message, field: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        validate(request_)

    assert refused.value.violations == [Violation(field, "contains a NUL")]


def test_bytes_that_happen_to_be_zero_are_no_nul() -> None:
    """A field's length or a float may put a zero byte on the wire."""
    lines = [PlaceOrderLine(product_id=ID, quantity=quantity) for quantity in (256,)]

    validate(PlaceOrderRequest(request_id=ID, lines=lines, payment_token="t"))
