"""What a request costs before it is refused grows with its size, and not with the square of it, on both doors."""

import gc
import json
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from google.protobuf.message import DecodeError

from chassis.contract import Method
from chassis.edge.rules import Binding, bindings
from chassis.edge.transcode import request_message
from chassis.errors import Refusal
from chassis.status import problem_of, status_of
from chassis.validation import validate
from tests.contracts.contracts import METHODS, short
from tests.contracts.test_openapi import NOBODY
from tests.contracts.worst import worst_bytes, worst_json

KIB = 1024
GROWTH = 2.5  # From 128 to 256 KiB.
PRICE = 20.0  # Times what parsing the same bytes costs.
# Seconds below which nothing is held against a refusal: what it costs whatever its size, and what caches and the
# allocator have to say about one size and not about the other. The square of 256 KiB takes many times that.
FIXED, SMALL = 0.002, 0.025

WITH_BODY = [each for each in bindings({method.path: NOBODY for method in METHODS}) if each.route.body]


def over_grpc(method: Method, data: bytes) -> None:
    """What the gRPC server does with a request until it refuses it."""
    try:
        validate(method.request_class.FromString(data))
    except DecodeError:
        pass
    except Refusal as refusal:
        status_of(refusal).SerializeToString()


def over_rest(binding: Binding, body: bytes) -> None:
    """What an edge does with a body until it refuses it."""
    try:
        validate(request_message(binding, ["x"] * len(binding.template.segments), {}, body))
    except Refusal as refusal:
        json.dumps(problem_of(status_of(refusal)))


def parse_json(body: bytes) -> None:
    with suppress(ValueError, RecursionError):
        json.loads(body)


def processor_time(work: Callable[[], object]) -> float:
    """Seconds that it takes at best."""
    # The collector would go through everything else that the tests have in memory.
    gc.disable()
    try:
        return min(_once(work) for _ in range(3))
    finally:
        gc.enable()


def _once(work: Callable[[], object]) -> float:
    started = time.thread_time()
    work()
    return time.thread_time() - started


def objections(half: Callable[[], object], whole: Callable[[], object], parsing: Callable[[], object]) -> str:
    """What is wrong with the price of a refusal; empty if nothing. A busy machine is asked again."""
    said = ""
    for _ in range(5):
        at_half, at_whole, parsed = processor_time(half), processor_time(whole), processor_time(parsing)
        if at_whole <= max(GROWTH * at_half, SMALL) and at_whole <= max(PRICE * parsed, FIXED):
            return ""
        said = (
            f"{at_half * 1000:.1f} ms, {at_whole * 1000:.1f} ms at twice the size, {parsed * 1000:.2f} ms to parse it"
        )
    return said


@pytest.mark.parametrize("method", METHODS, ids=short)
def test_a_refusal_over_grpc_has_a_price_that_grows_with_the_request(method: Method) -> None:
    wrong = {}
    for (name, small), (_, large) in zip(worst_bytes(method, 128 * KIB), worst_bytes(method, 256 * KIB), strict=True):
        said = objections(
            lambda: over_grpc(method, small),  # noqa: B023  Called at once.
            lambda: over_grpc(method, large),  # noqa: B023
            lambda: method.request_class.FromString(large),  # noqa: B023
        )
        if said:
            wrong[name] = said
    assert wrong == {}


@pytest.mark.parametrize("binding", WITH_BODY, ids=lambda each: f"{short(each.method)}:{each.route.template}")
def test_a_refusal_over_rest_has_a_price_that_grows_with_the_request(binding: Binding) -> None:
    wrong = {}
    request = binding.method.descriptor.input_type
    message = (
        request if binding.route.body == "*" else request.fields_by_name[binding.route.body].message_type or request
    )
    for (name, small), (_, large) in zip(worst_json(message, 128 * KIB), worst_json(message, 256 * KIB), strict=True):
        said = objections(
            lambda: over_rest(binding, small),  # noqa: B023  Called at once.
            lambda: over_rest(binding, large),  # noqa: B023
            lambda: parse_json(large),  # noqa: B023
        )
        if said:
            wrong[name] = said
    assert wrong == {}
