"""The OpenAPI documents of the shop's edges say what the contracts say, all of it."""

import json
import re
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc import code_pb2
from openapi_spec_validator import validate as validate_document

from chassis.comments import contract_comments
from chassis.contract import Method
from chassis.edge.rules import Binding, bindings
from chassis.edge.transcode import request_message, take_idempotency_key
from chassis.errors import InvalidArgument
from chassis.handler import Handler
from chassis.openapi.document import document
from chassis.openapi.examples import UUID
from chassis.openapi.refusals import CODES
from chassis.status import HTTP_STATUS
from chassis.validation import validate
from shop.common.v1 import access_pb2
from tests.contracts.contracts import METHODS, SERVICES, short

Json = dict[str, Any]

SECURITY = {
    access_pb2.ACCESS_PUBLIC: [],
    access_pb2.ACCESS_USER: [{"access_token": []}],
    access_pb2.ACCESS_STAFF: [{"access_token": ["staff"]}],
}
NOBODY: Handler = grpc.unary_unary_rpc_method_handler(lambda request, _: request)
BINDINGS = [*bindings({method.path: NOBODY for method in METHODS})]
DOCUMENTS = {
    service: document([each for each in BINDINGS if each.method.path.startswith(f"/{service}/")], contract_comments())
    for service in SERVICES
}

every_document = pytest.mark.parametrize("described", DOCUMENTS.values(), ids=DOCUMENTS)
every_route = pytest.mark.parametrize(
    "binding", BINDINGS, ids=lambda each: f"{short(each.method)}:{each.route.template}"
)


def operation_of(binding: Binding) -> Json:
    """What is said of a route; the shop has no templates that OpenAPI writes in another way."""
    service = binding.method.descriptor.containing_service.full_name
    found: Json = DOCUMENTS[service]["paths"][binding.route.template][binding.route.verb.lower()]
    return found


@every_document
def test_a_document_is_valid(described: Json) -> None:
    validate_document(described)


def test_every_route_is_described_and_nothing_else() -> None:
    described = sum(len(operations) for each in DOCUMENTS.values() for operations in each["paths"].values())

    assert described == len([operation_of(binding) for binding in BINDINGS])
    assert not [each for each in BINDINGS if each.method.access.level == access_pb2.ACCESS_SERVICE]


@every_route
def test_who_may_call_is_what_the_contract_says(binding: Binding) -> None:
    assert operation_of(binding)["security"] == SECURITY[binding.method.access.level]


@every_route
def test_every_code_and_reason_that_the_contract_names_is_described(binding: Binding) -> None:
    comment = contract_comments()[binding.method.descriptor.full_name]
    answers = operation_of(binding)["responses"]
    words = set(re.findall(r"[A-Z_]{2,}", comment))

    for code in words & CODES:
        assert str(HTTP_STATUS[code_pb2.Code.Value(code)]) in answers
    named = {name for each in answers.values() if "content" in each for name in examples_in(each)}
    assert {word for word in words - CODES if "_" in word} <= named


def examples_in(answer: Json) -> list[str]:
    return [name for content in answer["content"].values() for name in content.get("examples", {})]


@every_route
def test_a_request_made_of_the_examples_keeps_all_rules(binding: Binding) -> None:
    operation = operation_of(binding)
    shown = {(each["in"], each["name"]): each["example"] for each in operation["parameters"] if "example" in each}
    body = operation.get("requestBody", {"content": {"application/json": {}}})["content"]["application/json"]

    path = binding.route.template.partition(":")[0]
    for (place, name), value in shown.items():
        path = path.replace(f"{{{name}}}", value) if place == "path" else path
    query = {name: value for (place, name), value in shown.items() if place == "query"}
    content = json.dumps(body["example"]).encode() if "example" in body else b""
    request = request_message(binding, path.split("/")[1:], query, content)
    take_idempotency_key(request, binding.method, UUID)

    validate(request)


@every_route
def test_a_body_is_required_where_a_request_without_one_is_refused(binding: Binding) -> None:
    if not binding.route.body:
        return
    fields = binding.method.descriptor.input_type.fields_by_name
    in_path = {name for name in fields if f"{{{name}}}" in binding.route.template}
    request = binding.method.request_class(**dict.fromkeys(in_path, UUID))
    take_idempotency_key(request, binding.method, UUID)

    assert operation_of(binding)["requestBody"]["required"] is not is_good(request)


def is_good(request: Message) -> bool:
    try:
        validate(request)
    except InvalidArgument:
        return False
    return True


@every_document
def test_everything_has_a_description(described: Json) -> None:
    parameters = [each for path in described["paths"].values() for each in path.values()]
    fields = {
        f"{name}.{field}": schema
        for name, message in described["components"]["schemas"].items()
        if name != "Problem"
        for field, schema in message.get("properties", {}).items()
    }

    assert [each["operationId"] for each in parameters if not (each["summary"] and each["description"])] == []
    assert [name for name, schema in fields.items() if not schema.get("description")] == []


@pytest.mark.parametrize("method", [each for each in METHODS if each.takes_request_id and each.routes], ids=short)
def test_the_header_may_bring_what_makes_a_request_repeatable(method: Method) -> None:
    for binding in BINDINGS:
        if binding.method == method:
            assert {"$ref": "#/components/parameters/Idempotency-Key"} in operation_of(binding)["parameters"]
