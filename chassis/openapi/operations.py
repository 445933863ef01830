"""One route of a contract as an operation of OpenAPI."""

from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from chassis.comments import Comments, first_sentence
from chassis.contract import Method
from chassis.edge.problems import MEDIA_TYPE
from chassis.edge.rules import Binding
from chassis.edge.stream_formats import EVENTS, LINES
from chassis.openapi.examples import Examples
from chassis.openapi.kinds import Schema
from chassis.openapi.parameters import Parameter, header_parameters, query_parameters
from chassis.openapi.refusals import Reason, reasons
from chassis.openapi.required import is_too_little, required_fields
from chassis.openapi.schemas import Schemas
from chassis.tokens import STAFF_ROLE
from shop.common.v1 import access_pb2

# The name of the security scheme: access tokens, as Login issues them.
ACCESS_TOKEN = "access_token"  # noqa: S105
NOTHING_TO_SAY = {"description": "The stream ended and had nothing to send. There is no use in opening it again."}
_ROLES: dict[int, list[str]] = {access_pb2.ACCESS_USER: [], access_pb2.ACCESS_STAFF: [STAFF_ROLE]}


class Operations:
    """Makes the operations of one document, and collects the reasons that they refuse with."""

    def __init__(self, comments: Comments, schemas: Schemas, examples: Examples) -> None:
        self.reasons: dict[str, Reason] = {}
        self._comments = comments
        self._schemas = schemas
        self._examples = examples

    def operation(self, binding: Binding, name: str, path_parameters: list[Parameter]) -> Schema:
        """The operation with the id `name`."""
        method = binding.method
        comment = self._comments.get(method.descriptor.full_name, "")
        query = query_parameters(binding, self._schemas, self._examples)
        operation: Schema = {
            "operationId": name,
            "tags": [method.descriptor.containing_service.name],
            "summary": first_sentence(comment),
            "description": comment,
            "parameters": [*path_parameters, *query, *header_parameters(method)],
            "responses": {**self._successes(binding), **self._refusals(binding, comment)},
            "security": _security(method),
        }
        if method.descriptor.GetOptions().deprecated:
            operation["deprecated"] = True
        if binding.route.body:
            operation["requestBody"] = self._body(binding)
        return operation

    def _body(self, binding: Binding) -> Schema:
        request, name = binding.method.descriptor.input_type, binding.route.body
        if name != "*":
            field = request.fields_by_name[name]
            return _json(self._schemas.field(field, "body"), self._examples.value(field)) | {"required": True}
        in_path = frozenset(fields[0].name for _, fields in binding.variables if len(fields) == 1)
        schema = self._schemas.message(request, "body", in_path)
        # Interchangeable with the header; a value shown here would be sent again and again.
        example = self._examples.message(request, in_path | {"request_id"})
        needed = is_too_little(request) or bool(required_fields(request, "body") - in_path)
        return _json(schema, example) | {"required": needed}

    def _successes(self, binding: Binding) -> dict[str, Schema]:
        streams = binding.method.descriptor.server_streaming
        media_types = [EVENTS.media_type, LINES.media_type] if streams else ["application/json"]
        success = {"200": self._success(binding, media_types)}
        return success | {"204": NOTHING_TO_SAY} if streams else success

    def _success(self, binding: Binding, media_types: list[str]) -> Schema:
        reply, name = binding.method.descriptor.output_type, binding.route.response_body
        schema = self._reply_field(reply.fields_by_name[name]) if name else self._schemas.message(reply, "reply")
        return {
            "description": self._comments.get(reply.full_name) or "The reply.",
            "headers": _headers("X-Request-Id"),
            "content": {media_type: {"schema": schema} for media_type in media_types},
        }

    def _reply_field(self, field: FieldDescriptor) -> Schema:
        schema = self._schemas.field(field, "reply")
        nullable = field.has_presence and not field.message_type
        return {"anyOf": [schema, {"type": "null"}]} if nullable else schema

    def _refusals(self, binding: Binding, comment: str) -> dict[str, Any]:
        by_status: dict[int, list[Reason]] = {}
        for reason in reasons(binding.method, binding.route, comment):
            self.reasons[reason.name] = reason
            by_status.setdefault(reason.status, []).append(reason)
        answers = {str(status): _refusal(status, by_status[status]) for status in sorted(by_status)}
        return answers | {"default": {"$ref": "#/components/responses/Problem"}}


def _refusal(status: int, reasons: list[Reason]) -> Schema:
    headers = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}.get(status, ())
    content: Schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    content["examples"] = {each.name: {"$ref": f"#/components/examples/{each.name}"} for each in reasons}
    return {
        "description": ", ".join(each.name for each in reasons),
        "headers": _headers("X-Request-Id", *headers),
        "content": {MEDIA_TYPE: content},
    }


def _headers(*names: str) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _json(schema: Schema, example: Any) -> Schema:
    return {"content": {"application/json": {"schema": schema, "example": example}}}


def _security(method: Method) -> list[Schema]:
    roles = _ROLES.get(method.access.level)
    return [] if roles is None else [{ACCESS_TOKEN: roles}]
