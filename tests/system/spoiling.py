"""Good requests made bad, one field at a time, as the contracts themselves tell how."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from buf.validate import validate_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from shop.common.v1 import text_pb2
from tests.system.doors import Json, Outcome, all_methods

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


def limits(field: FieldDescriptor) -> Iterator[tuple[Any, bool]]:
    """Values at the field's limits and one step beyond, and whether the contract takes them."""
    rules = field.GetOptions().Extensions[validate_pb2.field]
    text = rules.string
    if text.HasField("max_len") and not text.HasField("pattern") and not text.email:
        yield from ((_text(text.max_len), True), (_text(text.max_len + 1), False))
    if text.Extensions[text_pb2.one_line]:
        yield from (("Tea\r\nCup", False), (" ", False))
    if text.min_len > 1:
        yield from ((_text(text.min_len), True), (_text(text.min_len - 1), False))
    numbers: Any = {F.TYPE_INT32: rules.int32, F.TYPE_INT64: rules.int64}.get(field.type)
    if numbers is not None and numbers.HasField("gte"):
        yield from ((numbers.gte, True), (numbers.gte - 1, False))
    if numbers is not None and numbers.HasField("lte"):
        yield from ((numbers.lte, True), (numbers.lte + 1, False))


def spoilt(request: Json, path: str, value: Any) -> Json:
    """`request` with something else at `path`."""
    copy = deepcopy(request)
    *parents, name = path.split(".")
    place = copy
    for parent in parents:
        place = place.setdefault(parent, {})
    place[name] = value
    return copy


def _text(length: int) -> str:
    """Not so plain that it would be a common password."""
    return ("aZ3" * length)[:length]


def without(volatile: frozenset[str], outcome: Outcome) -> tuple[str, str, frozenset[str], Any]:
    reply = json.loads(outcome.reply) if outcome.reply else {}
    kept = {name: value for name, value in reply.items() if name not in volatile}
    return outcome.code, outcome.reason, outcome.violations, kept


def short(value: object) -> str:
    return str(value)[:20]
