"""The rules of buf.validate as keywords of JSON Schema.

A rule in CEL has no such form; its field's comment says it.
"""

from collections.abc import Callable, Iterable
from typing import Any

from buf.validate import validate_pb2
from google.protobuf.descriptor import FieldDescriptor

from chassis.edge.fields import map_entry
from chassis.openapi.kinds import Schema

Rules = validate_pb2.FieldRules

_KEYWORDS = {
    "min_len": "minLength",
    "max_len": "maxLength",
    "pattern": "pattern",
    "gte": "minimum",
    "gt": "exclusiveMinimum",
    "lte": "maximum",
    "lt": "exclusiveMaximum",
    "const": "const",
    "min_items": "minItems",
    "max_items": "maxItems",
    "unique": "uniqueItems",
    "min_pairs": "minProperties",
    "max_pairs": "maxProperties",
}
# The shop's own rules for text, as nearly as a pattern says it that every dialect of regular expressions knows.
_CONTROL = r"\u0000-\u001F\u007F-\u009F\u2028\u2029"
_TEXTS = {
    "one_line": rf"^([^{_CONTROL}]*[^{_CONTROL}\s][^{_CONTROL}]*)?$",
    "multi_line": r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*$",
}
_FORMATS = {
    "uuid": "uuid",
    "email": "email",
    "hostname": "hostname",
    "ipv4": "ipv4",
    "ipv6": "ipv6",
    "uri": "uri",
    "uri_ref": "uri-reference",
}
# Their bounds are lengths in bytes, or times, which the schema of their JSON form cannot say.
_WITHOUT_KEYWORDS = ("any", "bytes", "duration", "field_mask", "timestamp")


def rules_of(field: FieldDescriptor) -> Rules:
    """The rules that the contract sets on a field."""
    rules: Rules = field.GetOptions().Extensions[validate_pb2.field]
    return rules


def constraints(rules: Rules, field: FieldDescriptor) -> Schema:
    """The keywords for the value that `rules` are about: the field's, or one of its items'."""
    kind = rules.WhichOneof("type")
    if kind is None or kind in _WITHOUT_KEYWORDS or rules.ignore == validate_pb2.IGNORE_ALWAYS:
        return {}
    return _ENTRIES.get(kind, _plain)(getattr(rules, kind), field)


def _plain(rules: Any, _: FieldDescriptor) -> Schema:
    said = {each.name: value for each, value in rules.ListFields()}
    schema = {_KEYWORDS[name]: value for name, value in said.items() if name in _KEYWORDS}
    if formats := [_FORMATS[name] for name in said if name in _FORMATS]:
        schema["format"] = formats[0]
    if texts := [_TEXTS[name] for name in said if name in _TEXTS]:
        schema["pattern"] = texts[0]
    if "len" in said:
        schema |= {"minLength": said["len"], "maxLength": said["len"]}
    return schema | _listed(said, list)


def _enum(rules: Any, field: FieldDescriptor) -> Schema:
    values = field.enum_type.values_by_number if field.enum_type else {}

    def names(numbers: Iterable[int]) -> list[str]:
        return [values[number].name for number in numbers]

    said = {each.name: value for each, value in rules.ListFields()}
    if "not_in" in said:
        return {"enum": names(number for number in values if number not in said["not_in"])}
    return {"const": names([said["const"]])[0]} if "const" in said else _listed(said, names)


def _repeated(rules: Any, field: FieldDescriptor) -> Schema:
    items = constraints(rules.items, field)
    return _plain(rules, field) | ({"items": items} if items else {})


def _map(rules: Any, field: FieldDescriptor) -> Schema:
    inner: dict[str, Schema] = {}
    if entry := map_entry(field):
        inner["propertyNames"] = constraints(rules.keys, entry.fields_by_name["key"])
        inner["additionalProperties"] = constraints(rules.values, entry.fields_by_name["value"])
    return _plain(rules, field) | {name: schema for name, schema in inner.items() if schema}


def _listed(said: dict[str, Any], written: Callable[[Any], list[Any]]) -> Schema:
    allowed = {"enum": written(said["in"])} if "in" in said else {}
    return allowed | ({"not": {"enum": written(said["not_in"])}} if "not_in" in said else {})


_ENTRIES: dict[str, Callable[[Any, FieldDescriptor], Schema]] = {"enum": _enum, "repeated": _repeated, "map": _map}
