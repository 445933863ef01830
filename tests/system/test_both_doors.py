"""One contract, two doors: the same request gives the same answer, and the same refusal, through both."""

from typing import Any

import pytest
from google.protobuf import json_format

from dev.running import RunningShop
from tests.system.doors import all_methods, doors, message_of, over_rest
from tests.system.examples import EXAMPLES, World
from tests.system.spoiling import METHODS, OUTSIDE, UNARY, bad_values, fields, short, spoilt, without

Bad = tuple[str, str, Any]  # A method, the path of a field, and what to put there.


def bad_inputs() -> list[Bad]:
    return [
        (method.name, path, value)
        for method in UNARY
        if method.name in EXAMPLES
        for path, field in fields(method.descriptor.input_type)
        for value in bad_values(field)
    ]


def overflows() -> list[Bad]:
    return [
        (method.name, path, value)
        for method in UNARY
        if method.name in EXAMPLES
        for path, field in fields(method.descriptor.input_type)
        for value in OUTSIDE.get(field.cpp_type, ())
    ]


def test_every_rpc_with_a_route_has_an_example() -> None:
    assert set(EXAMPLES) == {method.name for method in UNARY}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_good_request_gets_the_same_answer(shop: RunningShop, world: World, name: str) -> None:
    example = EXAMPLES[name]
    headers = world.everybody.headers[example.caller]
    request = example.request(world)

    answers = [
        door(example.request(world) if example.once else request, headers)
        for door in doors(shop, METHODS[name]).values()
    ]

    assert [answer.code for answer in answers] == ["OK", "OK"], answers
    over_grpc, over_http = [without(example.volatile, answer) for answer in answers]
    assert over_grpc == over_http


@pytest.mark.parametrize(("name", "path", "value"), bad_inputs(), ids=short)
def test_a_bad_value_gets_the_same_refusal(shop: RunningShop, world: World, name: str, path: str, value: Any) -> None:
    example = EXAMPLES[name]
    headers = world.everybody.headers[example.caller]
    request = spoilt(example.request(world), path, value)

    over_grpc, over_http = [door(request, headers) for door in doors(shop, METHODS[name]).values()]

    assert over_grpc == over_http
    assert over_grpc.code == "INVALID_ARGUMENT"
    assert any(field.startswith(path) for field in over_grpc.violations)


@pytest.mark.parametrize(("name", "path", "value"), overflows(), ids=short)
def test_a_number_that_no_message_can_carry_is_refused(
    shop: RunningShop, world: World, name: str, path: str, value: int
) -> None:
    example = EXAMPLES[name]
    request = spoilt(example.request(world), path, value)

    with pytest.raises(json_format.ParseError):
        message_of(METHODS[name], request)
    refused = over_rest(shop, METHODS[name], request, world.everybody.headers[example.caller])

    assert (refused.code, refused.violations) == ("INVALID_ARGUMENT", frozenset({path}))


def test_products_in_two_currencies_do_not_add_up(shop: RunningShop, world: World) -> None:
    staff, customer = world.everybody.staff, world.everybody.customer
    price = {"currency_code": "USD", "minor_units": "990"}
    foreign = {**EXAMPLES["CreateProduct"].request(world), "price": price}
    made = staff.send("POST", "product_service", "/v1/products", foreign).body["product_id"]
    delivery = EXAMPLES["AdjustStock"].request(world)
    staff.send(
        "POST",
        "product_service",
        f"/v1/products/{made}:adjustStock",
        {name: value for name, value in delivery.items() if name != "product_id"},
    )
    lines = [{"product_id": product, "quantity": 1} for product in (made, world.product_id)]

    for door in doors(shop, METHODS["PlaceOrder"]).values():
        order = {**EXAMPLES["PlaceOrder"].request(world), "lines": lines}
        refused = door(order, world.everybody.headers["customer"])
        assert (refused.code, refused.reason) == ("FAILED_PRECONDITION", "MIXED_CURRENCIES")
    assert customer.get("order_service", "/v1/orders").body["orders"][0]["cancel_reason"] == "MIXED_CURRENCIES"


def test_a_method_is_named_once() -> None:
    """The tables here go by names without the service."""
    assert len({method.name for method in all_methods()}) == len(all_methods())
