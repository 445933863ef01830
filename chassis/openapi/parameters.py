"""What an operation takes from its path, its query and its headers."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from chassis.contract import Method
from chassis.edge.fields import TEXTUAL, is_plain_message
from chassis.edge.rules import Binding, FieldPath, path_of
from chassis.edge.template import ONE, REST
from chassis.openapi.examples import Examples
from chassis.openapi.kinds import Schema
from chassis.openapi.required import required_fields
from chassis.openapi.schemas import Schemas

Parameter = Schema

REQUEST_ID = {
    "name": "X-Request-Id",
    "in": "header",
    "description": "A name for this call, to be found in the logs of every service that it touches. Else one is made.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": (
        "A UUID picked once for each thing that is wanted: sending the same again gives the same thing, never a "
        "second one. Required, unless the body brings it as its `request_id`."
    ),
    "schema": {"type": "string", "format": "uuid"},
}
LAST_EVENT_ID = {
    "name": "Last-Event-ID",
    "in": "header",
    "description": "The `id` of the latest event that the caller has seen: the stream goes on after it.",
    "schema": {"type": "string", "pattern": "^[0-9]{1,19}$"},
}
REQUEST_HEADERS = (IDEMPOTENCY_KEY, LAST_EVENT_ID, REQUEST_ID)


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A segment of a path that the caller fills in."""

    name: str  # The field's, where the segment is its whole value.
    part_of: str  # Else what it is a part of, as in "shelves/*".


def path_with_wildcards(binding: Binding) -> tuple[str, list[Wildcard]]:
    """A route's path as OpenAPI writes it, and what stands in its braces."""
    pieces, wildcards = [], []
    for index, segment in enumerate(binding.template.segments):
        if segment in (ONE, REST):
            wildcards.append(_wildcard(binding, index))
            segment = "{" + wildcards[-1].name + "}"
        pieces.append(segment if segment.startswith("{") else quote(segment))
    verb = f":{quote(binding.template.verb)}" if binding.template.verb else ""
    return f"/{'/'.join(pieces)}{verb}", wildcards


def path_parameter(binding: Binding, wildcard: Wildcard, name: str, schemas: Schemas, examples: Examples) -> Parameter:
    """The parameter for a wildcard, under the `name` that the path gives it."""
    parameter: Parameter = {"name": name, "in": "path", "required": True}
    if wildcard.part_of:
        return parameter | {"schema": {"type": "string"}, "description": f"A part of {wildcard.part_of}."}
    field = next(fields[-1] for _, fields in binding.variables if path_of(fields) == wildcard.name)
    return parameter | _described(field, schemas) | {"example": examples.value(field)}


def query_parameters(binding: Binding, schemas: Schemas, examples: Examples) -> Iterator[Parameter]:
    """Every field that neither the path nor the body takes, messages by their fields."""
    if binding.route.body == "*":
        return
    request = binding.method.descriptor.input_type
    taken = {path_of(fields) for _, fields in binding.variables} | {binding.route.body}
    for fields in _leaves(request, ()):
        name = path_of(fields)
        if name in taken or fields[0].name == binding.route.body:
            continue
        parameter = {"name": name, "in": "query", **_described(fields[-1], schemas)}
        if len(fields) == 1 and name in required_fields(request, "parameter"):
            parameter |= {"required": True, "example": examples.value(fields[-1])}
        yield parameter


def header_parameters(method: Method) -> list[Parameter]:
    """References to the headers that mean something to a method."""
    unfit = [] if method.takes_request_id else [IDEMPOTENCY_KEY]
    unfit += [] if method.position else [LAST_EVENT_ID]
    headers = [each for each in REQUEST_HEADERS if each not in unfit]
    return [{"$ref": f"#/components/parameters/{each['name']}"} for each in headers]


def _wildcard(binding: Binding, index: int) -> Wildcard:
    segments = binding.template.segments
    for variable, fields in binding.variables:
        places = range(len(segments))[variable.start : variable.stop]
        if index in places:
            free = [place for place in places if segments[place] in (ONE, REST)]
            name = path_of(fields)
            pattern = "/".join(segments[place] for place in places)
            part_of = f"`{name}`, which is `{pattern}`" if len(places) > 1 else ""
            return Wildcard(name if len(free) == 1 else f"{name}_{free.index(index) + 1}", part_of)
    return Wildcard(f"segment_{index}", "the path")


def _leaves(descriptor: Descriptor, above: FieldPath) -> Iterator[FieldPath]:
    for field in descriptor.fields:
        fields = (*above, field)
        if field.message_type and is_plain_message(field):
            # A message inside itself has no end, and one of several cannot be spelt in a query.
            if not field.is_repeated and field.message_type not in [each.containing_type for each in fields]:
                yield from _leaves(field.message_type, fields)
        elif not field.message_type or field.message_type.full_name in TEXTUAL:
            yield fields


def _described(field: FieldDescriptor, schemas: Schemas) -> Schema:
    schema = schemas.field(field, "parameter")
    said = {key: schema.pop(key) for key in ("description", "deprecated") if key in schema}
    return said | {"schema": schema}
