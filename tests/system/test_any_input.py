"""Whatever a message may hold, both doors answer it alike, and neither with a defect."""

from typing import Any

import pytest
from google.protobuf import json_format, message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.contract import Method
from dev.running import RunningShop
from tests.system.callers import Callers, callers
from tests.system.doors import VARIABLE, doors
from tests.system.spoiling import METHODS, UNARY
from tests.system.test_access_matrix import LET_IN

F = FieldDescriptor

# Half of it meets the rules by chance, so that more than the rules gets tested.
TEXT = st.one_of(st.text(max_size=20), st.uuids().map(str), st.sampled_from(["", "EUR", "tea", "a@b.example", "A-1"]))
SCALARS: dict[int, st.SearchStrategy[Any]] = {
    F.TYPE_STRING: TEXT,
    F.TYPE_BOOL: st.booleans(),
    F.TYPE_INT32: st.one_of(st.integers(-2, 3), st.integers(-(2**31), 2**31 - 1)),
    F.TYPE_INT64: st.one_of(st.integers(-2, 3), st.integers(-(2**63), 2**63 - 1)),
}
# An encoded slash or colon in a path is no longer one when the server hands it over.
IN_PATH = st.one_of(st.uuids().map(str), st.from_regex("[A-Za-z0-9_-]{1,40}", fullmatch=True))

PATHS = st.sampled_from(["name", "phone", "price", "colour"])

# These answer another thing each time, or throttle whoever asks often.
NOT_REPEATABLE = {"Login"}


def messages(descriptor: Descriptor, in_path: frozenset[str] = frozenset()) -> st.SearchStrategy[Message]:
    """Messages of this type, each field set or not."""
    optional = {field.name: values(field) for field in descriptor.fields if field.name not in in_path}
    required: dict[str, st.SearchStrategy[Any]] = dict.fromkeys(in_path, IN_PATH)
    make = message_factory.GetMessageClass(descriptor)
    return st.fixed_dictionaries(required, optional=optional).map(lambda fields: make(**fields))


def values(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    """Values of a field."""
    if field.message_type and field.message_type.GetOptions().map_entry:
        return st.dictionaries(TEXT, TEXT, max_size=3)
    if field.enum_type:
        item: st.SearchStrategy[Any] = st.integers(0, 6)
    elif field.message_type and field.message_type.full_name == "google.protobuf.FieldMask":
        item = st.lists(PATHS, max_size=2).map(lambda paths: {"paths": paths})
    elif field.message_type:
        item = messages(field.message_type)
    else:
        item = SCALARS[field.type]
    return st.lists(item, max_size=3) if field.is_repeated else item


@pytest.fixture(scope="module")
def everybody(shop: RunningShop) -> Callers:
    return callers(shop)


@pytest.mark.parametrize("name", sorted({method.name for method in UNARY} - NOT_REPEATABLE))
def test_both_doors_agree_on_anything(shop: RunningShop, everybody: Callers, name: str) -> None:
    method: Method = METHODS[name]
    headers = everybody.headers["staff" if LET_IN[name] == {"staff"} else "customer"]
    in_path = frozenset(VARIABLE.findall(method.routes[0].template))

    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
    @given(messages(method.descriptor.input_type, in_path))
    def agree(message: Message) -> None:
        request = json_format.MessageToDict(message, preserving_proto_field_name=True)
        over_grpc, over_rest = [door(request, headers) for door in doors(shop, method).values()]

        assert over_grpc == over_rest
        assert over_grpc.code not in ("INTERNAL", "UNKNOWN")

    agree()
