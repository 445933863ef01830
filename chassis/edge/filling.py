"""From JSON to messages, with a violation for every field that does not fit.

Protobuf's own parser stops at the first fault, names it in Python's words, reads `[]` as an empty message, and lets
the same field through twice if it is spelt in two ways.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from google.protobuf import json_format, message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from chassis.bounds import MAX_PATHS, most_items
from chassis.edge.fields import ANY, FIELD_MASK, fields_of, is_plain_message, map_entry, must_be, well_spelt
from chassis.errors import Violation

MAX_DEPTH = 32
LONGEST_KEY = 64  # Characters of a map's key in a path, of which everything below it has a copy.

_F = FieldDescriptor
_AS_IT_IS = {
    _F.TYPE_STRING: str,
    _F.TYPE_BOOL: bool,
    **dict.fromkeys((_F.TYPE_INT32, _F.TYPE_INT64, _F.TYPE_UINT32, _F.TYPE_UINT64), int),
}
_MASK_PATH = re.compile(r"\*|\w+(\.\w+)*", re.ASCII)


def fill(message: Message, value: Any, path: str = "") -> Iterator[Violation]:
    """Set the message's fields from a JSON object. `path` is where the message stands in the request."""
    if not isinstance(value, dict):
        yield Violation(path, f"must be a JSON object, not {_named(value)}")
    elif path.count(".") >= MAX_DEPTH:
        yield Violation(path, "is nested too deeply")
    else:
        yield from _fill_fields(message, value, path)


def _fill_fields(message: Message, value: dict[str, Any], path: str) -> Iterator[Violation]:
    known = fields_of(message.DESCRIPTOR)
    seen: dict[str, str] = {}
    for name, item in value.items():
        field = known.get(name)
        where = f"{path}.{field.name if field else name}" if path else (field.name if field else name)
        if field is None:
            yield Violation(where, "there is no such field")
        elif item is None and not _takes_null(field):
            continue
        elif (slot := field.containing_oneof.full_name if field.containing_oneof else field.name) in seen:
            yield Violation(where, f"excludes {seen[slot]!r}, which is given as well")
        else:
            seen[slot] = name
            yield from _set(message, field, item, where)


def _set(message: Message, field: FieldDescriptor, item: Any, where: str) -> Iterator[Violation]:
    item = _cut(field, item)
    if entry := map_entry(field):
        yield from _set_map(getattr(message, field.name), entry, item, where)
    elif not is_plain_message(field):
        yield from _set_leaf(message, field, item, where)
    elif not field.is_repeated:
        target = getattr(message, field.name)
        target.SetInParent()
        yield from fill(target, item, where)
    elif isinstance(item, list):
        for index, each in enumerate(item):
            yield from fill(getattr(message, field.name).add(), each, f"{where}[{index}]")
    else:
        yield Violation(where, f"must be a list, not {_named(item)}")


def _cut(field: FieldDescriptor, item: Any) -> Any:
    """One item more than a list or a map may have is enough for the validation to refuse it; the rest is not read."""
    most = most_items(field)
    if most is None or not isinstance(item, list | dict) or len(item) <= most:
        return item
    return item[: most + 1] if isinstance(item, list) else dict(islice(item.items(), most + 1))


def _set_map(target: Any, entry: Descriptor, item: Any, where: str) -> Iterator[Violation]:
    if not isinstance(item, dict):
        yield Violation(where, f"must be a JSON object, not {_named(item)}")
        return
    key_field, value_field = entry.fields_by_name["key"], entry.fields_by_name["value"]
    for key, value in item.items():
        pair: Any = message_factory.GetMessageClass(entry)()
        # JSON has no keys but strings.
        boolean = {"true": True, "false": False}.get(key) if key_field.type == _F.TYPE_BOOL else None
        place = f"{where}[{key[:LONGEST_KEY]!r}]"
        yield from _set_leaf(pair, key_field, key if boolean is None else boolean, place)
        yield from _set(pair, value_field, value, place)
        if value_field.message_type:
            target[pair.key].CopyFrom(pair.value)
        else:
            target[pair.key] = pair.value


def _set_leaf(message: Message, field: FieldDescriptor, item: Any, where: str) -> Iterator[Violation]:
    try:
        _parse_leaf(message, field, item)
    except (json_format.ParseError, TypeError, ValueError, OverflowError):
        yield Violation(where, must_be(field))


def _parse_leaf(message: Message, field: FieldDescriptor, item: Any) -> None:
    kind = field.message_type.full_name if field.message_type else ""
    if not field.is_repeated and type(item) is _AS_IT_IS.get(field.type):
        setattr(message, field.name, item)
    elif kind == FIELD_MASK and not field.is_repeated:
        getattr(message, field.name).paths[:] = _mask_paths(item)
        getattr(message, field.name).SetInParent()
    elif kind == ANY or not all(_fits(field, each) for each in (item if isinstance(item, list) else [item])):
        raise ValueError(item)
    else:
        json_format.ParseDict({field.name: item}, message)


def _fits(field: FieldDescriptor, item: Any) -> bool:
    return _takes_null(field) if item is None else well_spelt(field, item)


def _mask_paths(item: Any) -> list[str]:
    """The paths of a mask in either spelling; proto JSON itself takes camelCase alone."""
    if not isinstance(item, str):
        raise TypeError(item)
    paths = item.split(",", MAX_PATHS + 1)[: MAX_PATHS + 1] if item else []
    if not all(_MASK_PATH.fullmatch(path) for path in paths):
        raise ValueError(item)
    return [re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", path) for path in paths]


def _takes_null(field: FieldDescriptor) -> bool:
    kind = field.message_type or field.enum_type
    return kind is not None and kind.full_name in ("google.protobuf.Value", "google.protobuf.NullValue")


def _named(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
