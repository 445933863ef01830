"""The document of a made-up service with every odd feature that a contract may have."""

from typing import Any

import pytest
from openapi_spec_validator import validate

from chassis.edge.router import Router
from chassis.edge.rules import InvalidRule
from chassis.openapi.document import document
from chassis.tests.edge.library import handlers_of, load

Json = dict[str, Any]

LOOKALIKES = """
syntax = "proto3";
package lookalikes.v1;
import "google/api/annotations.proto";
service Lookalikes {
  rpc GetThing(Thing) returns (Thing) {
    option (google.api.http) = {get: "/v1/things/{thing_id}"};
  }
  rpc DeleteThing(Thing) returns (Thing) {
    option deprecated = true;
    option (google.api.http) = {delete: "/v1/things/{name}"};
  }
}
service Ambiguous {
  rpc GetOne(Thing) returns (Thing) {
    option (google.api.http) = {get: "/v1/things/{thing_id}"};
  }
  rpc GetRest(Thing) returns (Thing) {
    option (google.api.http) = {get: "/v1/things/{name=**}"};
  }
}
message Thing {
  message Library {}
  string thing_id = 1;
  string name = 2 [deprecated = true];
  Library library = 3;
}
"""
load("lookalikes.proto", LOOKALIKES)


def operation(described: Json, verb: str, path: str) -> Json:
    found: Json = described["paths"][path][verb]
    return found


def names(parameters: list[Json], place: str) -> list[str]:
    return [each["name"] for each in parameters if each.get("in") == place]


def schema(described: Json, name: str) -> Json:
    found: Json = described["components"]["schemas"][name]
    return found


def document_of(service: str) -> Json:
    handlers = handlers_of(f"lookalikes.v1.{service}", lambda method: lambda *_: method.reply_class())
    return document(Router(handlers).bindings, {})


def test_the_document_is_valid(described: Json) -> None:
    validate(described)


def test_it_says_what_it_is_about(described: Json) -> None:
    assert described["openapi"].startswith("3.1.")
    assert described["info"]["title"] == "Chassis"
    assert described["info"]["description"] == "Books to read."
    assert described["tags"] == [{"name": "Library", "description": "Books to read."}]


def test_a_comment_becomes_summary_and_description(described: Json) -> None:
    found = operation(described, "get", "/v1/books/{book_id}")

    assert (found["operationId"], found["tags"], found["summary"]) == ("GetBook", ["Library"], "Fetches a book")
    assert found["description"].startswith("Fetches a book. Refuses NOT_FOUND")


def test_a_second_route_of_a_method_has_an_id_of_its_own(described: Json) -> None:
    assert operation(described, "get", "/v1/shelves/{name_1}/books/{name_2}")["operationId"] == "GetBook2"


@pytest.mark.parametrize(
    ("verb", "path", "wildcards"),
    [
        ("get", "/v1/books/{book_id}", ["book_id"]),
        ("get", "/v1/books/featured", []),
        ("post", "/v1/shelves/{parent}/books", ["parent"]),
        ("patch", "/v1/books/{book_id}", ["book_id"]),
        ("post", "/v1/books/{book_id}:lend", ["book_id"]),
        ("get", "/v1/scans/{segment_2}/{path}", ["segment_2", "path"]),
        ("get", "/v1/files/{path}:digest", ["path"]),
        ("get", "/v1/titles:count", []),
    ],
)
def test_what_a_caller_fills_in_is_a_parameter_of_the_path(
    described: Json, verb: str, path: str, wildcards: list[str]
) -> None:
    parameters = operation(described, verb, path)["parameters"]

    assert names(parameters, "path") == wildcards
    assert all(each["required"] for each in parameters if each.get("in") == "path")


def test_templates_that_differ_in_names_only_are_one_path() -> None:
    [(path, operations)] = document_of("Lookalikes")["paths"].items()

    assert path == "/v1/things/{thing_id}"
    assert names(operations["get"]["parameters"], "path") == ["thing_id"]
    assert names(operations["delete"]["parameters"], "path") == ["thing_id"]


def test_routes_that_look_alike_to_openapi_are_refused() -> None:
    with pytest.raises(InvalidRule, match="cannot tell it from GetOne"):
        document_of("Ambiguous")


def test_what_is_deprecated_says_so() -> None:
    found = document_of("Lookalikes")

    assert found["paths"]["/v1/things/{thing_id}"]["delete"]["deprecated"]
    assert "deprecated" not in found["paths"]["/v1/things/{thing_id}"]["get"]
    assert found["components"]["schemas"]["Thing"]["properties"]["name"]["deprecated"]
    assert "Thing.Library" in found["components"]["schemas"]


def test_methods_that_openapi_does_not_know_are_left_out(described: Json) -> None:
    assert "/v1/cache" not in described["paths"]
    assert "/v1/anything" not in described["paths"]


def test_fields_that_neither_path_nor_body_take_are_parameters_of_the_query(described: Json) -> None:
    search = names(operation(described, "get", "/v1/books")["parameters"], "query")
    create = names(operation(described, "post", "/v1/shelves/{parent}/books")["parameters"], "query")

    assert {"text", "any_of", "filter.author.full_name", "filter.words", "since", "rank", "read_mask"} <= set(search)
    assert not {"authors", "labels", "extra", "filter", "filter.author"} & set(search)
    assert create == ["request_id", "dry_run"]


def test_a_body_of_everything_leaves_nothing_to_the_query(described: Json) -> None:
    lend = operation(described, "post", "/v1/books/{book_id}:lend")
    body = schema(described, "LendBookRequest")

    assert names(lend["parameters"], "query") == []
    assert list(body["properties"]) == ["request_id", "reader"]
    assert body["additionalProperties"] is False


def test_a_body_of_one_field_is_that_fields_value(described: Json) -> None:
    content = operation(described, "put", "/v1/books/{book_id}/tags")["requestBody"]["content"]["application/json"]

    assert content["schema"]["type"] == "array"
    assert content["example"] == ["novel"]


def test_an_idempotency_key_is_taken_where_the_request_has_one(described: Json) -> None:
    key = {"$ref": "#/components/parameters/Idempotency-Key"}

    assert key in operation(described, "post", "/v1/books/{book_id}:lend")["parameters"]
    assert key not in operation(described, "get", "/v1/books/{book_id}")["parameters"]
    assert "required" not in schema(described, "LendBookRequest")


def test_a_reply_is_closed_to_doubt_and_a_request_asks_for_less(described: Json) -> None:
    reply, request = schema(described, "Book"), schema(described, "BookInput")

    assert {"book_id", "sold", "tags", "votes", "in_print"} <= set(reply["required"])
    assert not {"author", "subtitle", "person", "publish_time", "sequel"} & set(reply["required"])
    assert "required" not in request
    assert request["properties"]["title"]["maxLength"] == 50
    assert "maxLength" not in reply["properties"]["title"]
    assert "attachment" not in request["properties"]


def test_values_are_as_proto_json_writes_them(described: Json) -> None:
    properties = schema(described, "Book")["properties"]

    assert properties["sold"] | {"description": ""} == {
        "type": "string", "format": "int64", "examples": ["1250"], "description": "",
    }  # fmt: skip
    assert properties["pages"]["examples"] == [474]
    assert properties["tags"]["examples"] == [["novel"]]
    assert properties["cover"] == {"type": "string", "contentEncoding": "base64"}
    assert properties["publish_time"]["format"] == "date-time"
    assert properties["rank"] == {"type": "string", "format": "int64"}
    assert properties["translators"]["additionalProperties"] == {"$ref": "#/components/schemas/Author"}
    assert properties["sequel"] == {"$ref": "#/components/schemas/Book"}
    assert properties["note"] == {}


def test_of_a_oneof_one_field_at_most_is_there(described: Json) -> None:
    assert schema(described, "BookInput")["allOf"] == [{"not": {"required": ["person", "institution"]}}]


def test_an_enum_lists_its_values_and_what_they_mean(described: Json) -> None:
    assert schema(described, "Genre") == {
        "type": "string",
        "enum": ["GENRE_UNSPECIFIED", "GENRE_NOVEL", "GENRE_POETRY"],
        "description": "What kind of book.\n\n* `GENRE_POETRY`: Verses.",
    }


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/titles", {"type": "array", "items": {"type": "string"}}),
        ("/v1/titles:count", {"type": "integer", "format": "int32"}),
        ("/v1/titles:longest", {"$ref": "#/components/schemas/Book"}),
        ("/v1/titles:remark", {"anyOf": [{"type": "string"}, {"type": "null"}]}),
    ],
)
def test_a_response_body_is_the_field_that_the_rule_names(described: Json, path: str, expected: Json) -> None:
    success = operation(described, "get", path)["responses"]["200"]

    assert success["content"]["application/json"]["schema"] == expected


def test_a_stream_comes_as_events_or_as_lines(described: Json) -> None:
    watch = operation(described, "get", "/v1/books/{book_id}:watch")

    book = {"schema": {"$ref": "#/components/schemas/Book"}}
    assert watch["responses"]["200"]["content"] == {"text/event-stream": book, "application/x-ndjson": book}
    assert {"204", "406"} <= set(watch["responses"])
    assert "Retry-After" in watch["responses"]["429"]["headers"]
    assert {"$ref": "#/components/parameters/Last-Event-ID"} in watch["parameters"]


def test_who_may_call_is_the_contracts_access_option(described: Json) -> None:
    card, book = operation(described, "get", "/v1/card"), operation(described, "get", "/v1/books/{book_id}")

    assert (card["security"], book["security"]) == ([{"access_token": []}], [])
    assert "WWW-Authenticate" in card["responses"]["401"]["headers"]
    assert "401" not in book["responses"]


def test_a_refusal_has_its_status_and_an_example(described: Json) -> None:
    answers = operation(described, "get", "/v1/books/{book_id}")["responses"]

    examples = answers["404"]["content"]["application/problem+json"]["examples"]
    assert examples == {"BOOK_NOT_FOUND": {"$ref": "#/components/examples/BOOK_NOT_FOUND"}}
    problem = described["components"]["examples"]["BOOK_NOT_FOUND"]["value"]
    assert (problem["status"], problem["code"], problem["title"]) == (404, "NOT_FOUND", "Not Found")


def test_an_example_speaks_in_the_words_of_the_class_that_refuses(described: Json) -> None:
    problem = described["components"]["examples"]["TOKEN_MISSING"]["value"]

    assert problem["detail"].startswith("This method needs a signed-in user")
    assert (problem["domain"], problem["status"]) == ("shop.common", 401)
