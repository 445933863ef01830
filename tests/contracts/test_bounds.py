"""No request is without limits: lists come in pages, and every text has a longest."""

import re
from collections.abc import Iterator

import pytest
from buf.validate import validate_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from chassis.contract import Method
from shop.events.v1 import events_pb2
from tests.contracts.contracts import METHODS, short

LISTS = [method for method in METHODS if method.name.startswith("List")]

# What an event tells was bounded when it came into the shop. A subscriber that refused it could not stop it from
# having happened: the sender would try for ever, and all later events would wait behind it.
TOLD_BY_SERVICES = {field.message_type for field in events_pb2.Event.DESCRIPTOR.oneofs_by_name["payload"].fields}


@pytest.mark.parametrize("method", LISTS, ids=short)
def test_a_list_comes_in_pages(method: Method) -> None:
    request, reply = method.descriptor.input_type, method.descriptor.output_type
    assert {"page_size", "page_token"} <= set(request.fields_by_name)
    assert "next_page_token" in reply.fields_by_name


@pytest.mark.parametrize("method", METHODS, ids=short)
def test_every_text_and_every_repeated_field_of_a_request_has_an_upper_bound(method: Method) -> None:
    assert list(unbounded(method.descriptor.input_type)) == []


def unbounded(message: Descriptor) -> Iterator[str]:
    """The full names of all fields in and below `message` that may be as long as the caller likes."""
    for field in message.fields:
        rules = field.GetOptions().Extensions[validate_pb2.field]
        if not has_upper_bound(field, rules):
            yield field.full_name
        below = field.message_type
        # Google's own messages, as FieldMask, have the limits of their kind.
        if below and below.full_name.startswith("shop.") and not is_map(field) and below not in TOLD_BY_SERVICES:
            yield from unbounded(below)


def has_upper_bound(field: FieldDescriptor, rules: validate_pb2.FieldRules) -> bool:
    """Whether the rules of a field end its length, and for each item of a repeated one or a map, the item's."""
    if field.message_type and is_map(field):
        entry = field.message_type.fields_by_name
        keys, values = is_short(entry["key"], rules.map.keys), is_short(entry["value"], rules.map.values)
        return rules.map.HasField("max_pairs") and keys and values
    if field.is_repeated:
        return rules.repeated.HasField("max_items") and is_short(field, rules.repeated.items)
    return is_short(field, rules)


def is_short(field: FieldDescriptor, rules: validate_pb2.FieldRules) -> bool:
    """Whether one value of a field is a number, or a text with a longest."""
    if field.type not in (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES):
        return True
    text = rules.string
    has_longest_pattern = text.HasField("pattern") and not re.search(r"[*+]|,\}", re.sub(r"\\.", "", text.pattern))
    return text.HasField("max_len") or text.HasField("uuid") or has_longest_pattern


def is_map(field: FieldDescriptor) -> bool:
    """Whether a field is a map, which protobuf builds of repeated entries."""
    return bool(field.message_type and field.message_type.GetOptions().map_entry)
