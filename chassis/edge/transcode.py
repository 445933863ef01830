"""Between HTTP and the messages of a call."""

import json
from itertools import islice
from typing import Any
from uuid import UUID

from google.protobuf import json_format
from google.protobuf.message import Message

from chassis.contract import Method
from chassis.edge.errors import MalformedRequest
from chassis.edge.filling import fill
from chassis.edge.query import Parameters, query_tree, tree
from chassis.edge.rules import Binding, FieldPath, path_of
from chassis.errors import Violation


def request_message(binding: Binding, segments: list[str], sent: Parameters, body: bytes) -> Message:
    """The call's request: from the path, the query and the body, as the rule divides them.

    Raises MalformedRequest with a violation for every field that does not fit.
    """
    request = binding.method.request_class()
    texts = {field_path: [variable.value(segments)] for variable, field_path in binding.variables}
    if texts:
        _fill(request, tree(texts))
    if sent:
        _fill(request, query_tree(binding, sent))
    return _with_body(request, binding, body) if body else request


def read_json(message: Message, body: bytes) -> None:
    """Set the message's fields from a JSON object. Raises MalformedRequest."""
    _fill(message, _parsed(body))


def take_idempotency_key(request: Any, method: Method, key: str) -> None:
    """Fill the request's `request_id` from the header, where there are both.

    Raises MalformedRequest if the key is no UUID, or not the one that the request already has.
    """
    if not key or not method.takes_request_id:
        return
    wanted = _uuid(key.removeprefix('"').removesuffix('"'))
    if wanted is None:
        raise MalformedRequest(Violation("request_id", "the header Idempotency-Key must be a UUID"))
    if request.request_id and _uuid(request.request_id) != wanted:
        raise MalformedRequest(Violation("request_id", "differs from the header Idempotency-Key"))
    request.request_id = request.request_id or str(wanted)


def take_last_event_id(request: Message, method: Method, event_id: str) -> None:
    """Take a stream up after the event that the header names, whatever the query says: it came later.

    Raises MalformedRequest if that is no event's id.
    """
    if event_id and method.position:
        _fill(request, {f"after_{method.position}": event_id})


def reply_json(binding: Binding, reply: Any) -> bytes:
    """The answer's body: the reply, or the field of it that the rule names."""
    name = binding.route.response_body
    field = reply.DESCRIPTOR.fields_by_name[name] if name else None
    if field is not None and field.message_type and not field.is_repeated:
        reply, name = getattr(reply, name), ""
    content = json_format.MessageToDict(
        reply, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    # An optional field that is not set is not in the dictionary.
    return json.dumps(content.get(name) if name else content, ensure_ascii=False, separators=(",", ":")).encode()


def _fill(request: Message, content: Any) -> None:
    violations = fill(request, content)
    # The fields are set while they are gone through.
    if first := list(islice(violations, 3)):
        raise MalformedRequest(*first, also=violations)


def _with_body(request: Message, binding: Binding, body: bytes) -> Message:
    name = binding.route.body
    if not name:
        raise MalformedRequest(Violation("", "this route takes no body"))
    content = _parsed(body)
    if content is None:
        raise MalformedRequest(Violation("" if name == "*" else name, "must be a JSON value, not null"))
    from_body = binding.method.request_class()
    _fill(from_body, content if name == "*" else {name: content})
    differing = [
        Violation(path_of(field_path), "differs from the path")
        for _, field_path in binding.variables
        if _value(from_body, field_path) not in (field_path[-1].default_value, _value(request, field_path))
    ]
    if differing:
        raise MalformedRequest(*differing)
    from_body.MergeFrom(request)
    return from_body


def _value(message: Any, field_path: FieldPath) -> Any:
    for field in field_path:
        message = getattr(message, field.name)
    return message


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body.decode(), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise MalformedRequest(Violation("", "the body is not UTF-8")) from error
    except RecursionError as error:
        raise MalformedRequest(Violation("", "the body is nested too deeply")) from error
    except ValueError as error:
        raise MalformedRequest(Violation("", f"the body is not JSON: {error}")) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise MalformedRequest(Violation(twice, "is given twice"))
    return content


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == len(str(UUID(int=0))) else None
    except ValueError:
        return None
