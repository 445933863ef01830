"""The fields of messages, as requests name and spell them."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

_F = FieldDescriptor

WRAPPERS = frozenset(
    f"google.protobuf.{kind}Value"
    for kind in ("Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes")
)
FIELD_MASK = "google.protobuf.FieldMask"
ANY = "google.protobuf.Any"
# Messages that one string can spell, and so a query parameter.
TEXTUAL = WRAPPERS | {"google.protobuf.Timestamp", "google.protobuf.Duration", FIELD_MASK}
# Messages with a JSON form of their own.
SPECIAL = TEXTUAL | {ANY, "google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue"}

_INTEGER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
_NUMBER = re.compile(rf"{_INTEGER.pattern}|NaN|-?Infinity", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]*={0,2}", re.ASCII)
# Protobuf's parser takes these looser: digits of any script, `1_000`, a boolean for an enum, anything as base64.
_SPELLING: dict[int, Callable[[Any], bool]] = {
    _F.TYPE_ENUM: lambda value: type(value) in (str, int),
    _F.TYPE_BYTES: lambda value: isinstance(value, str) and bool(_BASE64.fullmatch(value)),
    **dict.fromkeys(
        (_F.TYPE_DOUBLE, _F.TYPE_FLOAT), lambda value: not isinstance(value, str) or bool(_NUMBER.fullmatch(value))
    ),
}
_MUST_BE = {
    _F.TYPE_BOOL: "must be true or false",
    _F.TYPE_STRING: "must be a string",
    _F.TYPE_BYTES: "must be a string in base64",
    _F.TYPE_DOUBLE: "must be a number",
    _F.TYPE_FLOAT: "must be a number of single precision",
}
INTEGERS = {
    _F.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    _F.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    _F.CPPTYPE_UINT32: (0, 2**32 - 1),
    _F.CPPTYPE_UINT64: (0, 2**64 - 1),
}
_MESSAGE_MUST_BE = {
    "google.protobuf.Timestamp": "must be a time as in 2026-01-31T12:00:00Z",
    "google.protobuf.Duration": "must be a duration in seconds, as in 3.5s",
    FIELD_MASK: "must be a string of field names, separated by commas",
    ANY: "cannot be sent as JSON",
    "google.protobuf.Struct": "must be an object",
    "google.protobuf.ListValue": "must be a list",
}


@cache
def fields_of(descriptor: Descriptor) -> dict[str, FieldDescriptor]:
    """A message's fields by their names in the contract and in camelCase."""
    return {field.json_name: field for field in descriptor.fields} | {field.name: field for field in descriptor.fields}


def map_entry(field: FieldDescriptor) -> Descriptor | None:
    """What a map's entries are: messages with a `key` and a `value`. None if the field is no map."""
    entry = field.message_type
    return entry if entry is not None and entry.GetOptions().map_entry else None


def is_plain_message(field: FieldDescriptor) -> bool:
    """Whether JSON writes the field, or each of its items, as an object of fields."""
    return field.message_type is not None and field.message_type.full_name not in SPECIAL


def scalar(field: FieldDescriptor) -> FieldDescriptor:
    """The field that holds the value: a wrapper's own, else the field itself."""
    if field.message_type and field.message_type.full_name in WRAPPERS:
        return field.message_type.fields_by_name["value"]
    return field


def well_spelt(field: FieldDescriptor, value: Any) -> bool:
    """Whether proto JSON allows this spelling of a value, or an item, of the field."""
    inner = scalar(field)
    if inner.cpp_type in INTEGERS:
        return not isinstance(value, str) or bool(_INTEGER.fullmatch(value))
    return _SPELLING.get(inner.type, lambda _: True)(value)


def must_be(field: FieldDescriptor) -> str:
    """What a value of the field has to look like, as a sentence without its subject."""
    sentence = _item_must_be(scalar(field))
    return f"must be a list; each item {sentence}" if field.is_repeated else sentence


def _item_must_be(field: FieldDescriptor) -> str:
    if field.message_type:
        return _MESSAGE_MUST_BE.get(field.message_type.full_name, "must be an object")
    if field.enum_type:
        return f"must be one of {', '.join(field.enum_type.values_by_name)}"
    if field.cpp_type in INTEGERS:
        low, high = INTEGERS[field.cpp_type]
        return f"must be a whole number from {low} to {high}"
    return _MUST_BE[field.type]
