"""Messages of a given size that cost a server the most before it refuses them."""

import json
from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from chassis.contract import Method

_TEXTS = ("a", "é", "😀", "\t", "-", "0", "@", "a.", "\ud7ff")


def worst_bytes(method: Method, size: int) -> Iterator[tuple[str, bytes]]:
    """Requests of about `size` bytes in protobuf's form, each with a name."""
    # Field 1000 as a varint, again and again: nobody's.
    yield "unknown fields", b"\xc0\x3e\x00" * (size // 3)
    for field in method.descriptor.input_type.fields:
        for name, value in _values(field, size):
            yield f"{field.name}: {name}", value


def _values(field: FieldDescriptor, size: int) -> Iterator[tuple[str, bytes]]:
    if field.type == FieldDescriptor.TYPE_STRING:
        for text in _TEXTS:
            content = text.encode() * (size // len(text.encode()))
            yield f"one text of {text!r}", _delimited(field, content)
    if field.is_repeated:
        yield "empty items", _delimited(field, b"") * (size // 3)
        yield "short items", _delimited(field, b"\x0a\x01a" if field.message_type else b"a") * (size // 4)
        if field.type == FieldDescriptor.TYPE_STRING:
            ids = b"".join(_delimited(field, b"7ea00000-0000-4000-8000-%012d" % n) for n in range(size // 38))
            yield "different ids", ids
    elif field.message_type:
        for inner in field.message_type.fields:
            for name, value in _values(inner, size):
                yield f"{inner.name}: {name}", _delimited(field, value)


def _delimited(field: FieldDescriptor, content: bytes) -> bytes:
    return _varint(field.number << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    parts = bytearray()
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def worst_json(message: Descriptor, size: int) -> Iterator[tuple[str, bytes]]:
    """Bodies of about `size` bytes for this message, each with a name."""
    yield "different unknown names", _object(f'"n{n}":1' for n in range(size // 10))
    yield "one name again and again", _object('"a":1' for _ in range(size // 6))
    yield "one long name", json.dumps({"a" * size: 1}).encode()
    yield "lists in lists", b"[" * size
    yield "digits", b'{"a":' + b"9" * size + b"}"
    yield "many long numbers", b'{"a":[' + b",".join([b"9" * 4000] * (size // 4001)) + b"]}"
    yield "a fraction", b'{"a":0.' + b"9" * size + b"}"
    yield "escapes", b'{"a":"' + b"\\u00e9" * (size // 6) + b'"}'
    for field in message.fields:
        for name, value in _json_values(field, size):
            yield (
                f"{field.name}: {name}",
                json.dumps({field.name: value}, ensure_ascii=False, separators=(",", ":")).encode(),
            )


def _object(members: Iterator[str]) -> bytes:
    return f"{{{','.join(members)}}}".encode()


def _json_values(field: FieldDescriptor, size: int) -> Iterator[tuple[str, Any]]:
    yield "a long text", "a" * size
    yield "a long text of wide characters", "é" * (size // 2)
    yield "zeros", "0" * size
    yield "names, separated by commas", ",".join(["a"] * (size // 2))
    yield "empty objects", [{}] * (size // 3)
    yield "empty texts", [""] * (size // 3)
    yield "nulls", [None] * (size // 5)
    yield "wrong names", [{f"n{n}": 1} for n in range(size // 11)]
    yield "an object of wrong names", {f"n{n}": 1 for n in range(size // 10)}
