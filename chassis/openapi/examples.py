"""Requests that keep all rules, for a reader to start from."""

from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from chassis.comments import Comments, spoken_example
from chassis.edge.fields import ANY, FIELD_MASK, INTEGERS, is_plain_message, map_entry, scalar
from chassis.openapi.constraints import constraints, rules_of
from chassis.openapi.kinds import Schema
from chassis.openapi.required import required_fields

UUID = "01234567-89ab-4cde-8f01-23456789abcd"
_FORMATS = {"uuid": UUID, "email": "grace@example.com", "uri": "https://example.com/", "hostname": "example.com"}
_F = FieldDescriptor
_SCALARS: dict[int, Any] = {_F.TYPE_BOOL: True, _F.TYPE_BYTES: "AAECAw==", _F.TYPE_DOUBLE: 1.5, _F.TYPE_FLOAT: 1.5}
_MESSAGES: dict[str, Any] = {
    "google.protobuf.Timestamp": "2026-01-31T12:00:00Z",
    "google.protobuf.Duration": "3.5s",
    "google.protobuf.Struct": {},
    "google.protobuf.ListValue": [],
    "google.protobuf.Value": "anything",
}


class Examples:
    """Makes examples from what comments name (`as in "EUR"`), and else from types and rules."""

    def __init__(self, comments: Comments) -> None:
        self._comments = comments

    def message(self, descriptor: Descriptor, without: frozenset[str] = frozenset()) -> dict[str, Any]:
        """What is required, and what else tells something; `without` names fields that are sent elsewhere."""
        return self._object(descriptor, without, ())

    def value(self, field: FieldDescriptor) -> Any:
        """A value of the field."""
        return self._value(field, ())

    def _object(self, descriptor: Descriptor, without: frozenset[str], inside: tuple[str, ...]) -> dict[str, Any]:
        inside = (*inside, descriptor.full_name)
        required = required_fields(descriptor, "body")
        return {
            field.name: self._value(field, inside)
            for field in descriptor.fields
            if field.name not in without and (field.name in required or self._tells(field, inside))
        }

    def _tells(self, field: FieldDescriptor, inside: tuple[str, ...]) -> bool:
        kind = field.message_type.full_name if field.message_type else ""
        # A mask that is absent means what is present, which is what an example shows.
        if kind in (ANY, FIELD_MASK, *inside) or map_entry(field):
            return False
        if field.containing_oneof and field.containing_oneof.fields[0].name != field.name:
            return False
        named = spoken_example(self._comments.get(field.full_name, "")) is not None
        return named or field.has_presence or field.is_repeated

    def _value(self, field: FieldDescriptor, inside: tuple[str, ...]) -> Any:
        if map_entry(field):
            return {}
        schema = constraints(rules_of(field), field)
        if not field.is_repeated:
            return self._item(field, schema, inside)
        return [self._item(field, schema.get("items", {}), inside)] * schema.get("minItems", 1)

    def _item(self, field: FieldDescriptor, schema: Schema, inside: tuple[str, ...]) -> Any:
        if field.message_type and is_plain_message(field):
            return self._object(field.message_type, frozenset(), inside)
        named = spoken_example(self._comments.get(field.full_name, ""))
        return _of_rules(scalar(field), schema) if named is None else named


def _of_rules(field: FieldDescriptor, schema: Schema) -> Any:
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if field.enum_type:
        return next(iter([*field.enum_type.values_by_name][1:] or field.enum_type.values_by_name))
    if field.message_type:
        return _MESSAGES[field.message_type.full_name]
    if field.cpp_type in INTEGERS:
        return _number(schema)
    return _text(field, schema) if field.type == _F.TYPE_STRING else _SCALARS[field.type]


def _number(schema: Schema) -> int:
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    high = schema.get("maximum", schema.get("exclusiveMaximum", low + 2) - 1)
    return int(min(max(1, low), high))


def _text(field: FieldDescriptor, schema: Schema) -> str:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    words = field.name.replace("_", " ")
    shortest: int = schema.get("minLength", 1)
    longest: int = schema.get("maxLength", len(words))
    return (words * (shortest // len(words) + 1))[: max(shortest, min(longest, len(words)))]
