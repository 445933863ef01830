"""What the operations of every document have in common."""

from chassis.edge.problems import MEDIA_TYPE
from chassis.openapi.kinds import Schema
from chassis.openapi.operations import ACCESS_TOKEN, Operations
from chassis.openapi.parameters import REQUEST_HEADERS, REQUEST_ID
from chassis.openapi.refusals import problem
from chassis.openapi.schemas import Schemas

_TEXT = {"type": "string"}
PROBLEM: Schema = {
    "type": "object",
    "description": "Why there is no other answer (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "correlation_id"],
    "properties": {
        "type": _TEXT | {"const": "about:blank"},
        "title": _TEXT | {"description": "What HTTP calls the status."},
        "status": {"type": "integer", "description": "The status of HTTP."},
        "detail": _TEXT | {"description": "A sentence for a person."},
        "code": _TEXT | {"description": "The code of google.rpc, as gRPC callers get it."},
        "reason": _TEXT | {"description": "The reason to program against, unique in its domain."},
        "domain": _TEXT | {"description": "Which part of the shop refuses."},
        "metadata": {"type": "object", "additionalProperties": _TEXT, "description": "More about the reason."},
        "violations": {
            "type": "array",
            "description": "What is wrong with single fields of the request.",
            "items": {
                "type": "object",
                "required": ["field", "description"],
                "properties": {
                    "field": _TEXT | {"description": "As in `lines[0].quantity`; empty for the whole request."},
                    "description": _TEXT,
                },
            },
        },
        "correlation_id": _TEXT | {"description": "Finds the call in the logs; the header X-Request-Id as well."},
    },
}
HEADERS: Schema = {
    "X-Request-Id": {"description": REQUEST_ID["description"], "schema": _TEXT},
    "Retry-After": {"description": "How many seconds to wait before asking again.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "How to say who is calling.", "schema": {"const": "Bearer"}},
}


def components(operations: Operations, schemas: Schemas) -> Schema:
    """The components that the operations refer to, once all of them are made."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "schemas": dict(sorted((schemas.components | {"Problem": PROBLEM}).items())),
        "parameters": {each["name"]: each for each in REQUEST_HEADERS},
        "headers": HEADERS,
        "examples": {name: {"value": problem(reason)} for name, reason in operations.reasons.items()},
        "responses": {"Problem": {"description": "Any other refusal.", "content": content}},
        "securitySchemes": {
            ACCESS_TOKEN: {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "The `access_token` that `POST /v1/sessions` of user_service answers with.",
            }
        },
    }
