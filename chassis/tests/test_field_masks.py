"""Which fields an update changes, asked of a contract that has an update."""

from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from chassis.errors import InvalidArgument, Violation
from chassis.field_masks import masked
from shop.users.v1.users_pb2 import UpdateUserRequest

CHANGEABLE = {"display_name", "phone", "language"}


def changed(*paths: str, required: set[str] | None = None, **values: Any) -> list[str]:
    request = UpdateUserRequest(user_id="somebody", update_mask=FieldMask(paths=paths), **values)
    return masked(request, request.update_mask, CHANGEABLE, required=required or set())


def test_a_mask_names_the_fields_whatever_else_is_present() -> None:
    assert changed("phone", phone="+491701234567", language="de") == ["phone"]


def test_fields_come_once_and_in_the_order_of_the_contract() -> None:
    assert changed("language", "phone", "language") == ["phone", "language"]


def test_without_a_mask_it_is_the_fields_that_are_present_even_if_they_are_empty() -> None:
    request = UpdateUserRequest(user_id="somebody", phone="", language="de")

    assert masked(request, request.update_mask, CHANGEABLE) == ["phone", "language"]


def test_an_empty_mask_is_as_good_as_none() -> None:
    assert changed(language="de") == ["language"]
    assert changed() == []


def test_a_star_means_every_field_that_can_be_changed() -> None:
    assert changed("*", language="de") == ["display_name", "phone", "language"]


@pytest.mark.parametrize("path", ["role", "user_id", "update_mask", "phone.country", "displayName", ""])
def test_a_path_that_is_none_of_them_is_refused_once(path: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        changed("phone", path, "nonsense")

    assert refused.value.violations == [Violation("update_mask", "may only name display_name, language, phone")]


@pytest.mark.parametrize("path", ["display_name", "*"])
def test_a_required_field_that_is_named_must_be_there(path: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        changed(path, phone="+491701234567", required={"display_name"})

    assert [violation.field for violation in refused.value.violations] == ["display_name"]


def test_a_required_field_that_is_not_named_need_not_be_there() -> None:
    assert changed("phone", required={"display_name"}) == ["phone"]
