"""Profiles and the list of accounts, over a real channel."""

from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from chassis.testing import Metadata, refused
from shop.users.v1 import users_pb2
from shop.users.v1.users_pb2_grpc import UserServiceStub
from tests.calls import signed_in, violated_fields
from tests.fakes import an_account, staff
from users.models import User


@pytest.fixture
def grace(transactional_db: None) -> User:
    """A customer with a full profile."""
    return an_account(phone="+491701234567", language="de")


def update(users: UserServiceStub, user: User, *paths: str, **values: Any) -> users_pb2.User:
    """What the owner of an account makes of it."""
    request = users_pb2.UpdateUserRequest(user_id=str(user.id), update_mask=FieldMask(paths=paths), **values)
    return users.UpdateUser(request, metadata=signed_in(user))


def profile(user: users_pb2.User | User) -> tuple[str, str, str]:
    return user.display_name, user.phone, user.language


def test_what_the_mask_names_is_changed_and_nothing_else(users: UserServiceStub, grace: User) -> None:
    changed = update(users, grace, "display_name", display_name="Rear Admiral", language="fr")

    assert profile(changed) == ("Rear Admiral", "+491701234567", "de")
    assert profile(User.objects.get()) == profile(changed)


def test_without_a_mask_what_is_present_is_changed(users: UserServiceStub, grace: User) -> None:
    assert profile(update(users, grace, phone="", language="fr")) == ("Grace", "", "fr")
    assert profile(update(users, grace)) == ("Grace", "", "fr")


def test_what_is_named_but_absent_is_emptied(users: UserServiceStub, grace: User) -> None:
    assert profile(update(users, grace, "phone", "language")) == ("Grace", "", "en")


@pytest.mark.parametrize(
    ("paths", "values", "field"),
    [
        (["role"], {}, "update_mask"),
        (["phone", "email"], {}, "update_mask"),
        (["display_name"], {}, "display_name"),
        (["*"], {"phone": "+491701234567"}, "display_name"),
        (["phone"], {"display_name": ""}, "display_name"),
        ([], {"phone": "0170"}, "phone"),
        ([], {"language": ""}, "language"),
        ([], {"display_name": "x" * 101}, "display_name"),
    ],
)
def test_a_bad_change_is_refused_by_field_and_changes_nothing(
    users: UserServiceStub, grace: User, paths: list[str], values: dict[str, str], field: str
) -> None:
    with pytest.raises(grpc.RpcError) as error:
        update(users, grace, *paths, **values)

    assert violated_fields(error.value) == [field]
    assert profile(User.objects.get()) == profile(grace)


def test_another_customers_account_cannot_be_changed_and_looks_like_a_missing_one(
    users: UserServiceStub, grace: User
) -> None:
    stranger = signed_in(an_account())

    for user_id in (str(grace.id), str(uuid4())):
        with refused("NOT_FOUND", "USER_NOT_FOUND"):
            users.UpdateUser(users_pb2.UpdateUserRequest(user_id=user_id, language="fr"), metadata=stranger)
        with refused("NOT_FOUND", "USER_NOT_FOUND"):
            users.DeactivateUser(users_pb2.DeactivateUserRequest(user_id=user_id), metadata=stranger)
        with refused("NOT_FOUND", "USER_NOT_FOUND"):
            users.ChangePassword(
                users_pb2.ChangePasswordRequest(
                    user_id=user_id, current_password="any", new_password="a fine new password"
                ),
                metadata=stranger,
            )


def test_staff_change_and_close_any_account(users: UserServiceStub, grace: User) -> None:
    boss = signed_in(staff())

    changed = users.UpdateUser(users_pb2.UpdateUserRequest(user_id=str(grace.id), language="fr"), metadata=boss)
    closed = users.DeactivateUser(users_pb2.DeactivateUserRequest(user_id=str(grace.id)), metadata=boss)

    assert (changed.language, changed.active, closed.active) == ("fr", True, False)


def pages(users: UserServiceStub, caller: Metadata, size: int) -> list[list[str]]:
    """The ids on each page of the list."""
    token = ""
    found: list[list[str]] = []
    while token or not found:
        page = users.ListUsers(users_pb2.ListUsersRequest(page_size=size, page_token=token), metadata=caller)
        found.append([user.user_id for user in page.users])
        token = page.next_page_token
    return found


def test_staff_list_all_accounts_newest_first_in_pages(users: UserServiceStub) -> None:
    boss = staff()
    accounts = [boss, *(an_account(is_active=number != 2) for number in range(4))]

    first, second, third = pages(users, signed_in(boss), 2)

    assert [*first, *second, *third] == [str(user.id) for user in reversed(accounts)]
    assert [len(first), len(second), len(third)] == [2, 2, 1]


def test_the_list_is_for_staff(users: UserServiceStub, grace: User) -> None:
    with refused("PERMISSION_DENIED", "STAFF_ONLY"):
        users.ListUsers(users_pb2.ListUsersRequest(), metadata=signed_in(grace))


def test_a_page_token_from_elsewhere_is_refused(users: UserServiceStub) -> None:
    with refused("INVALID_ARGUMENT", "INVALID_PAGE_TOKEN"):
        users.ListUsers(users_pb2.ListUsersRequest(page_token="elsewhere"), metadata=signed_in(staff()))
