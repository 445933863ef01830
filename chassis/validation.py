"""Whether a request is what its contract says: the rules of buf.validate, and no NUL anywhere."""

from collections.abc import Iterator
from typing import Any

import protovalidate
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from chassis.bounds import too_long
from chassis.errors import InvalidArgument, Violation

_validator = protovalidate.Validator()


def validate(request: Message) -> None:
    """Raise InvalidArgument with every violation, if there is any; if a list is too long, with that alone."""
    if too_large := list(too_long(request)):
        raise InvalidArgument(summary(too_large), violations=too_large)
    violations = list(_broken_rules(request))
    # SQLite stores a NUL and PostgreSQL refuses it; the contracts' rules let it through.
    if b"\0" in request.SerializeToString():
        violations += [Violation(path, "contains a NUL") for path in _strings_with_nul(request)]
    if violations:
        raise InvalidArgument(summary(violations), violations=violations)


def _broken_rules(request: Message) -> Iterator[Violation]:
    try:
        broken = _validator.collect_violations(request)
    except protovalidate.EvaluationError:
        # A rule gave up: what it was asked to judge is more than any good request holds.
        yield Violation("", "is more than can be checked")
        return
    for each in broken:
        yield Violation(_path(each.proto.field.elements if each.proto.field else []), each.proto.message)


def summary(violations: list[Violation]) -> str:
    """The first few violations as one line for a person."""
    return "; ".join(f"{each.field or 'the request'}: {each.description}" for each in violations[:3])


def _path(elements: Any) -> str:
    path = ""
    for element in elements:
        path += f".{element.field_name}" if path else element.field_name
        if element.subscript:
            path += f"[{element.subscript.value}]"
    return path


def _strings_with_nul(message: Message, prefix: str = "") -> Iterator[str]:
    for field, value in message.ListFields():
        for path, item in _items(field, value, f"{prefix}{field.name}"):
            if isinstance(item, Message):
                yield from _strings_with_nul(item, f"{path}.")
            elif isinstance(item, str) and "\0" in item:
                yield path


def _items(field: FieldDescriptor, value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if field.message_type and field.message_type.GetOptions().map_entry:
        for key, item in value.items():
            yield path, key
            yield f"{path}[{key!r}]", item
    elif field.is_repeated:
        yield from ((f"{path}[{index}]", item) for index, item in enumerate(value))
    else:
        yield path, value
