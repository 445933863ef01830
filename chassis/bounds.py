"""Whether the lists and maps of a request keep to the sizes that its contract allows, found by counting alone.

The rules of buf.validate are evaluated in an order of their own: a rule over all items of a list may come before the
one that says how many there may be, and cost their square. So these bounds are looked at first, for both doors.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from buf.validate import validate_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from chassis.errors import Violation

MAX_PATHS = 100  # Of a field mask, which has no rules of its own.
_MASK_PATHS = "google.protobuf.FieldMask.paths"


@cache
def most_items(field: FieldDescriptor) -> int | None:
    """How many items a list or a map may have; None for any other field, or where the contract does not say."""
    rules = field.GetOptions().Extensions[validate_pb2.field]
    if field.full_name == _MASK_PATHS:
        return MAX_PATHS
    if rules.map.HasField("max_pairs"):
        return int(rules.map.max_pairs)
    return int(rules.repeated.max_items) if rules.repeated.HasField("max_items") else None


def too_long(message: Message, path: str = "") -> Iterator[Violation]:
    """A violation for every list and map in `message` that has too many items, and nothing of what is in it."""
    for field, value in message.ListFields():
        if field not in _fields_to_follow(message.DESCRIPTOR):
            continue
        where, most = f"{path}{field.name}", most_items(field)
        if most is not None and len(value) > most:
            yield Violation(where, f"must have at most {most} items")
        elif field.message_type:
            for place, item in _messages(field, value):
                yield from too_long(item, f"{where}{place}.")


@cache
def _fields_to_follow(descriptor: Descriptor) -> frozenset[FieldDescriptor]:
    """Those that are lists or maps, and those that have messages in them, which may have some."""
    return frozenset(field for field in descriptor.fields if field.is_repeated or field.message_type)


def _messages(field: FieldDescriptor, value: Any) -> Iterator[tuple[str, Message]]:
    """The messages in a field, each with its place."""
    entry = field.message_type if field.message_type and field.message_type.GetOptions().map_entry else None
    if not field.is_repeated:
        yield "", value
    elif entry is None:
        yield from ((f"[{index}]", item) for index, item in enumerate(value))
    elif entry.fields_by_name["value"].message_type:
        yield from ((f"[{key!r}]", item) for key, item in value.items())
