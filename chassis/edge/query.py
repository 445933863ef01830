"""From texts in a path or a query to the JSON that `filling` takes."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from google.protobuf.descriptor import FieldDescriptor

from chassis.edge.errors import MalformedRequest
from chassis.edge.fields import SPECIAL, TEXTUAL, scalar
from chassis.edge.rules import Binding, FieldPath, path_of, resolve
from chassis.errors import Violation

Parameters = dict[str, list[str]]  # By name, as sent.


def parameters(query_string: str) -> Parameters:
    """The parameters of a query string as WSGI hands it over. Raises MalformedRequest."""
    if not query_string:
        return {}
    found: Parameters = {}
    try:
        # WSGI decodes as Latin-1 whatever was sent.
        text = query_string.encode("latin-1").decode()
        limit = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        for name, value in parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=limit):
            found.setdefault(name, []).append(value)
    except UnicodeError as error:
        raise MalformedRequest(Violation("", "the query is not UTF-8")) from error
    except ValueError as error:
        raise MalformedRequest(Violation("", "the query has too many parameters")) from error
    return found


def query_tree(binding: Binding, sent: Parameters) -> dict[str, Any]:
    """What the query says, nested as JSON would be. Raises MalformedRequest with all that is wrong."""
    texts: dict[FieldPath, list[str]] = {}
    violations: list[Violation] = []
    for name, values in sent.items():
        field_path = resolve(binding.method.descriptor.input_type, name)
        violations += [Violation(name, reason) for reason in _objections(binding, field_path)]
        if field_path:
            texts.setdefault(field_path, []).extend(values)
    violations += [
        Violation(path_of(field_path), f"takes one value and is given {len(values)}")
        for field_path, values in texts.items()
        if len(values) > 1 and not field_path[-1].is_repeated
    ]
    if violations:
        raise MalformedRequest(*violations)
    return tree(texts)


def tree(texts: dict[FieldPath, list[str]]) -> dict[str, Any]:
    """JSON with these fields set; a singular one takes its first text."""
    root: dict[str, Any] = {}
    for field_path, values in texts.items():
        branch = root
        for field in field_path[:-1]:
            branch = branch.setdefault(field.name, {})
        leaf = field_path[-1]
        items = [_json_value(leaf, value) for value in values]
        branch[leaf.name] = items if leaf.is_repeated else items[0]
    return root


def _objections(binding: Binding, field_path: FieldPath | None) -> Iterator[str]:
    if binding.route.body == "*":
        yield "this route takes everything but its path from the body"
    elif field_path is None or any(_has_form_of_its_own(field) for field in field_path[:-1]):
        yield "there is no such query parameter"
    elif field_path[0].name == binding.route.body:
        yield "belongs in the body"
    elif any(field_path == bound for _, bound in binding.variables):
        yield "is given by the path"
    elif field_path[-1].message_type and field_path[-1].message_type.full_name not in TEXTUAL:
        yield "cannot be a query parameter: it is a message"


def _has_form_of_its_own(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.full_name in SPECIAL


def _json_value(field: FieldDescriptor, text: str) -> Any:
    inner = scalar(field)
    if inner.type == FieldDescriptor.TYPE_BOOL:
        return {"true": True, "false": False}.get(text, text)
    if inner.type == FieldDescriptor.TYPE_ENUM and re.fullmatch("-?[0-9]{1,10}", text):
        return int(text)
    return text
