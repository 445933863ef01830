"""What the schema of a field takes is what its rules take: tried at every limit, through both."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf import descriptor_pool, message_factory
from jsonschema import Draft202012Validator, FormatChecker

from chassis.edge.errors import MalformedRequest
from chassis.edge.transcode import read_json
from chassis.errors import InvalidArgument
from chassis.openapi.examples import Examples
from chassis.openapi.schemas import Schemas
from chassis.tests.edge.library import load
from chassis.validation import validate

load(
    "ruled.proto",
    """
syntax = "proto3";
package ruled.v1;
import "buf/validate/validate.proto";
import "google/protobuf/timestamp.proto";
import "shop/common/v1/text.proto";
enum Colour { COLOUR_UNSPECIFIED = 0; COLOUR_RED = 1; COLOUR_BLUE = 2; }
message Ruled {
  optional string short = 1 [(buf.validate.field).string = {min_len: 2, max_len: 4}];
  optional string exact = 2 [(buf.validate.field).string.len = 3];
  optional string code = 3 [(buf.validate.field).string.pattern = "^[A-Z]{2}$"];
  optional string id = 4 [(buf.validate.field).string.uuid = true];
  optional string mail = 5 [(buf.validate.field).string.email = true];
  optional string word = 6 [(buf.validate.field).string = {in: ["tea", "cup"]}];
  optional string other = 7 [(buf.validate.field).string = {not_in: ["tea"]}];
  optional int32 narrow = 8 [(buf.validate.field).int32 = {gte: -1, lte: 3}];
  optional int32 open = 9 [(buf.validate.field).int32 = {gt: 0, lt: 5}];
  optional int32 any = 10;
  optional uint32 natural = 11;
  optional int64 wide = 12 [(buf.validate.field).int64 = {gte: 0, lte: 100}];
  optional double weight = 13 [(buf.validate.field).double = {gt: 0, lte: 1.5}];
  optional bool yes = 14 [(buf.validate.field).bool.const = true];
  optional Colour colour = 15 [(buf.validate.field).enum = {defined_only: true, not_in: [0]}];
  optional Colour red = 16 [(buf.validate.field).enum.const = 1];
  optional Colour blue = 17 [(buf.validate.field).enum = {in: [2]}];
  repeated string few = 18 [(buf.validate.field).repeated = {max_items: 2, unique: true, items: {string: {len: 1}}}];
  map<string, string> pairs = 19 [
    (buf.validate.field).map = {max_pairs: 1, keys: {string: {max_len: 2}}, values: {string: {min_len: 1}}}];
  optional string ignored = 20 [(buf.validate.field).ignore = IGNORE_ALWAYS, (buf.validate.field).string.len = 3];
  optional string line = 21 [(buf.validate.field).string.(shop.common.v1.one_line) = true];
  optional string text = 22 [(buf.validate.field).string.(shop.common.v1.multi_line) = true];
}
message Choosing {
  option (buf.validate.message).oneof = {fields: ["some", "all"], required: true};
  option (buf.validate.message).oneof = {fields: ["first", "last", "other"]};
  Ruled some = 1;
  bool all = 2;
  string first = 3;
  int32 last = 4;
  optional int32 other = 5;
}
message Demanding {
  string name = 1 [(buf.validate.field).string.min_len = 1];
  Colour colour = 2 [(buf.validate.field).enum = {defined_only: true, not_in: [0]}];
  repeated string items = 3 [(buf.validate.field).repeated.min_items = 2];
  Ruled ruled = 4 [(buf.validate.field).required = true];
  google.protobuf.Timestamp when = 5 [(buf.validate.field).required = true];
  string request_id = 6 [(buf.validate.field).string.uuid = true];
  string note = 7 [(buf.validate.field).string.max_len = 3];
  optional string nick = 8 [(buf.validate.field).string.min_len = 1];
  int64 amount = 9 [(buf.validate.field).int64.gte = 5];
  string phone = 10 [(buf.validate.field).string.len = 3, (buf.validate.field).ignore = IGNORE_IF_ZERO_VALUE];
}
""",
)
WITH_CONTROLS = ["a\x01", "\x1b[31mred", "a\x7f", "a\x85b", "\x9b1m", "a\x0bb", "a\x0cb"]
BROKEN = ["\nTea", "Tea\nCup", "Tea\r\nBcc: eve@example.com", "Tea\u2028", "Tea\u2029", "Tea\t"]
UUID = "01234567-89ab-4cde-8f01-23456789abcd"


def message_class(name: str) -> Any:
    return message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(f"ruled.v1.{name}"))


def validator(name: str) -> Draft202012Validator:
    schemas = Schemas({}, [])
    root = schemas.message(message_class(name).DESCRIPTOR, "body")
    return Draft202012Validator(
        root | {"components": {"schemas": schemas.components}}, format_checker=FormatChecker(["uuid", "email"])
    )


def edge_takes(name: str, content: Any) -> bool:
    request = message_class(name)()
    try:
        read_json(request, json.dumps(content).encode())
        validate(request)
    except (MalformedRequest, InvalidArgument):
        return False
    return True


@pytest.fixture(scope="module")
def takes() -> Callable[[Any], bool]:
    ruled = validator("Ruled")
    return lambda content: bool(ruled.is_valid(content))


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("short", ["ab", "abcd", "äöüß"], ["a", "abcde", 3, None, ["ab"]]),
        ("exact", ["abc"], ["ab", "abcd"]),
        ("code", ["AB"], ["A", "ABC", "ab"]),
        ("id", [UUID], ["", "7", UUID[1:]]),
        ("mail", ["ada@example.com"], ["", "ada"]),
        ("word", ["tea", "cup"], ["pot"]),
        ("other", ["cup"], ["tea"]),
        ("narrow", [-1, 3], [-2, 4, 1.5, True, "x"]),
        ("open", [1, 4], [0, 5]),
        ("any", [-(2**31), 2**31 - 1], [-(2**31) - 1, 2**31]),
        ("natural", [0, 2**32 - 1], [-1, 2**32]),
        ("wide", [0, 100, "100"], [-1, 101, "x", ""]),
        ("weight", [1.5, 0.1], [0, 1.6]),
        ("yes", [True], [False, "true", 1]),
        ("colour", ["COLOUR_RED"], ["COLOUR_UNSPECIFIED", "COLOUR_GREEN"]),
        ("red", ["COLOUR_RED"], ["COLOUR_BLUE"]),
        ("blue", ["COLOUR_BLUE"], ["COLOUR_RED"]),
        ("few", [[], ["a", "b"]], [["a", "a"], ["a", "b", "c"], ["ab"], "a"]),
        ("pairs", [{}, {"ab": "x"}], [{"a": "x", "b": "x"}, {"abc": "x"}, {"a": ""}]),
        ("ignored", ["", "abcd"], []),
        ("line", ["", "Tea", " Earl Grey, 100 g ", "茶", "🫖", "-"], [" ", "\u00a0\u3000", *WITH_CONTROLS, *BROKEN]),
        ("text", ["", " ", "Tea\n\tis\r\ngood.", "茶\n"], WITH_CONTROLS),
        ("unknown", [], ["x"]),
    ],
)
def test_schema_and_edge_take_the_same(
    takes: Callable[[Any], bool], field: str, good: list[Any], bad: list[Any]
) -> None:
    for value in good:
        assert takes({field: value}), value
        assert edge_takes("Ruled", {field: value}), value
    for value in bad:
        assert not takes({field: value}), value
        # To the edge, null is as good as absent.
        assert value is None or not edge_takes("Ruled", {field: value}), value


@pytest.mark.parametrize(
    ("content", "good"),
    [
        ({"all": True}, True),
        ({"some": {}}, True),
        ({"some": {}, "all": False}, True),
        ({}, False),
        ({"all": False}, False),
        ({"some": {}, "all": True}, False),
        ({"all": True, "first": "a"}, True),
        ({"all": True, "first": "", "last": 0, "other": 0}, True),
        ({"all": True, "first": "a", "last": 0}, True),
        ({"all": True, "first": "a", "last": 1}, False),
        ({"all": True, "first": "a", "other": 0}, False),
    ],
)
def test_schema_and_edge_take_the_same_choice(content: dict[str, Any], good: bool) -> None:
    assert edge_takes("Choosing", content) is good
    assert validator("Choosing").is_valid(content) is good


# To Python a pattern's `$` is before a line break at the end, too.
@pytest.mark.parametrize("text", ["\u200b\u200d", "Tea\n"])
def test_what_is_no_line_though_no_pattern_can_say_so(takes: Callable[[Any], bool], text: str) -> None:
    assert takes({"line": text})
    assert not edge_takes("Ruled", {"line": text})


def test_required_is_whatever_the_rules_miss_in_an_empty_request() -> None:
    schemas = Schemas({}, [])
    schemas.message(message_class("Demanding").DESCRIPTOR, "body")

    required = ["name", "colour", "items", "ruled", "when", "amount"]
    assert schemas.components["Demanding"]["required"] == required


def test_an_example_has_all_that_is_required_and_keeps_the_rules() -> None:
    # A pattern is beyond the generator: a comment has to name an example.
    comments = {"ruled.v1.Ruled.code": 'As in "AB".'}
    example = Examples(comments).message(message_class("Demanding").DESCRIPTOR)

    assert validator("Demanding").is_valid(example), example
    assert edge_takes("Demanding", example | {"request_id": UUID}), example
    assert {"note", "phone", "request_id"}.isdisjoint(example)


def test_two_messages_of_one_name_are_two_schemas() -> None:
    load("other.proto", 'syntax = "proto3"; package other.v1; message Ruled { string name = 1; }')
    other = descriptor_pool.Default().FindMessageTypeByName("other.v1.Ruled")
    schemas = Schemas({}, [other])

    assert schemas.message(other, "reply") == {"$ref": "#/components/schemas/Ruled"}
    assert schemas.message(other, "body") == {"$ref": "#/components/schemas/RuledInput"}
    ours = message_class("Ruled").DESCRIPTOR
    assert schemas.message(ours, "body") == {"$ref": "#/components/schemas/ruled.v1.Ruled"}
    without = schemas.message(ours, "body", frozenset(["short"]))
    assert without == {"$ref": "#/components/schemas/Ruled2"}
    assert "short" not in schemas.components["Ruled2"]["properties"]
