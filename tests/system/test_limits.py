"""Every field at its limits and one step beyond: both doors draw the line where the contract does."""

from typing import Any

import pytest

from dev.running import RunningShop
from tests.system.doors import doors
from tests.system.examples import EXAMPLES, World
from tests.system.spoiling import METHODS, UNARY, fields, limits, short, spoilt, without


def at_the_limits() -> list[tuple[str, str, Any, bool]]:
    return [
        (method.name, path, value, good)
        for method in UNARY
        for path, field in fields(method.descriptor.input_type)
        for value, good in limits(field)
        # A second call with the same request would be another matter.
        if method.repeatable or not good
    ]


@pytest.mark.parametrize(("name", "path", "value", "good"), at_the_limits(), ids=short)
def test_the_limits_are_the_same_and_where_the_contract_says(
    shop: RunningShop, world: World, name: str, path: str, value: Any, good: bool
) -> None:
    example = EXAMPLES[name]
    headers = world.everybody.headers[example.caller]
    request = spoilt(example.request(world), path, value)

    over_grpc, over_http = [
        without(example.volatile, door(request, headers)) for door in doors(shop, METHODS[name]).values()
    ]

    assert over_grpc == over_http
    assert (path in over_grpc[2]) != good
