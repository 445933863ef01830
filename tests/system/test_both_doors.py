"""One contract, two doors: the same request gives the same answer, and the same refusal, through both."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from tests.system.callers import callers
from tests.system.doors import Json, Outcome, all_methods, doors, message_of, over_rest
from tests.system.examples import EXAMPLES, World
from tests.system.running import RunningShop

F = FieldDescriptor
METHODS = {method.name: method for method in all_methods() if method.routes}
UNARY = [method for method in METHODS.values() if not method.descriptor.server_streaming]

# One step outside each integer type.
OUTSIDE = {
    F.CPPTYPE_INT32: (-(2**31) - 1, 2**31),
    F.CPPTYPE_INT64: (-(2**63) - 1, 2**63),
    F.CPPTYPE_UINT32: (-1, 2**32),
    F.CPPTYPE_UINT64: (-1, 2**64),
}

Bad = tuple[str, str, Any]  # A method, the path of a field, and what to put there.


@pytest.fixture(scope="module")
def world(shop: RunningShop) -> World:
    everybody = callers(shop)
    customer = everybody.customer
    return World(
        everybody,
        user_id=customer.get("user_service", "/v1/users/me").body["user_id"],
        product_id=customer.a_product()["product_id"],
        order_id=customer.place_order().body["order_id"],
    )


def fields(descriptor: Descriptor, prefix: str = "") -> Iterator[tuple[str, FieldDescriptor]]:
    """Every singular field of a request, at every depth, by its path."""
    for field in descriptor.fields:
        if field.is_repeated:
            continue
        yield f"{prefix}{field.name}", field
        if field.message_type and field.message_type.full_name.startswith("shop."):
            yield from fields(field.message_type, f"{prefix}{field.name}.")


def bad_values(field: FieldDescriptor) -> Iterator[Any]:
    """What no field of this type takes, here or in any contract of the shop."""
    if field.type == F.TYPE_STRING:
        yield from ("a\0b", "x" * 6000)
    elif field.enum_type:
        yield 99
    elif field.message_type and field.message_type.full_name == "google.protobuf.FieldMask":
        yield "colour"


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


def spoilt(request: Json, path: str, value: Any) -> Json:
    """`request` with something else at `path`."""
    copy = deepcopy(request)
    *parents, name = path.split(".")
    place = copy
    for parent in parents:
        place = place.setdefault(parent, {})
    place[name] = value
    return copy


def without(volatile: frozenset[str], outcome: Outcome) -> tuple[str, str, frozenset[str], Any]:
    reply = json.loads(outcome.reply) if outcome.reply else {}
    kept = {name: value for name, value in reply.items() if name not in volatile}
    return outcome.code, outcome.reason, outcome.violations, kept


def short(value: object) -> str:
    return str(value)[:20]


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


def test_a_method_is_named_once() -> None:
    """The tables here go by names without the service."""
    assert len({method.name for method in all_methods()}) == len(all_methods())
