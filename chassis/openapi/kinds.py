"""How JSON writes single values of the contracts' types, as JSON Schema."""

from typing import Any, Literal

from google.protobuf.descriptor import FieldDescriptor

from chassis.edge.fields import ANY, FIELD_MASK, INTEGERS, scalar

Schema = dict[str, Any]
Use = Literal["reply", "body", "parameter"]

_F = FieldDescriptor
_FORMATS = {
    _F.CPPTYPE_INT32: "int32",
    _F.CPPTYPE_INT64: "int64",
    _F.CPPTYPE_UINT32: "uint32",
    _F.CPPTYPE_UINT64: "uint64",
}
_SCALARS: dict[int, Schema] = {
    _F.TYPE_STRING: {"type": "string"},
    _F.TYPE_BOOL: {"type": "boolean"},
    _F.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
    _F.TYPE_DOUBLE: {"type": "number", "format": "double"},
    _F.TYPE_FLOAT: {"type": "number", "format": "float"},
}
_MESSAGES: dict[str, Schema] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Duration": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$"},
    FIELD_MASK: {"type": "string", "description": "Names of fields, separated by commas."},
    ANY: {"type": "object", "required": ["@type"], "properties": {"@type": {"type": "string"}}},
    "google.protobuf.Struct": {"type": "object"},
    "google.protobuf.ListValue": {"type": "array", "items": {}},
    "google.protobuf.Value": {},
}


def leaf(field: FieldDescriptor, use: Use) -> Schema:
    """The schema of one value of a field that is no enum and no plain message."""
    inner = scalar(field)
    if inner.message_type:
        return dict(_MESSAGES[inner.message_type.full_name])
    if inner.cpp_type in INTEGERS:
        return _integer(inner.cpp_type, use)
    return dict(_SCALARS[inner.type])


def _integer(kind: int, use: Use) -> Schema:
    wide = _FORMATS[kind].endswith("64")
    schema: Schema = {"type": "string" if wide and use == "reply" else "integer", "format": _FORMATS[kind]}
    if use == "reply":
        return schema
    low, high = INTEGERS[kind]
    schema |= {"minimum": low, "maximum": high}
    # JavaScript has no whole numbers of 64 bits, so a body may write them as texts, as replies do.
    return schema | {"type": ["integer", "string"], "pattern": "^-?[0-9]+$"} if wide and use == "body" else schema
