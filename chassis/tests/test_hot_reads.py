from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.db import connections
from pytest_django import DjangoAssertNumQueries, Settings

from chassis.hot_reads import HotRead
from chassis.outbox.models import OutboxMessage
from chassis.testing import at_once

pytestmark = pytest.mark.django_db


class Elsewhere:
    """A router to a database that does not exist."""

    def db_for_read(self, model: type[Any], **_hints: Any) -> str:
        return "elsewhere"


def a_message(**values: Any) -> OutboxMessage:
    details: dict[str, Any] = {"event_id": uuid4(), "subject_id": uuid4(), "subscriber": "ä", "payload": b"\x00\xff"}
    return OutboxMessage.objects.create(**details | {"created_at": datetime(2026, 1, 1, tzinfo=UTC)} | values)


def state(row: OutboxMessage | None) -> dict[str, Any]:
    assert row
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_hot_read_gives_what_the_orm_gives() -> None:
    find = HotRead(OutboxMessage, "id")
    messages = [a_message(), a_message(next_attempt_at=None, last_error="100 %s")]

    for message in messages:
        row = find(message.id)
        assert state(row) == state(OutboxMessage.objects.get(id=message.id))


def test_the_row_that_a_foreign_key_names_is_read_along(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    find = HotRead(
        Permission, "id", only=["codename", "content_type", "content_type__app_label"], parent="content_type"
    )
    permission = Permission.objects.select_related("content_type").get(codename="view_outboxmessage")

    with django_assert_num_queries(1):
        row = find(permission.id)
        assert row
        assert (row, row.codename) == (permission, "view_outboxmessage")
        assert (row.content_type, row.content_type.app_label) == (permission.content_type, "outbox")
    assert row.name == permission.name
    assert row.content_type.model == "outboxmessage"


def test_what_was_read_can_be_saved() -> None:
    row = HotRead(OutboxMessage, "id")(a_message().id)
    assert row

    row.subscriber = "b"
    row.save()

    assert OutboxMessage.objects.get().subscriber == "b"


def test_what_is_not_there_is_none() -> None:
    assert HotRead(OutboxMessage, "id")(0) is None


def test_a_row_is_read_as_it_stands_now() -> None:
    find = HotRead(OutboxMessage, "id")
    message = a_message()
    find(message.id)

    OutboxMessage.objects.update(subscriber="b")

    row = find(message.id)
    assert row
    assert row.subscriber == "b"


def test_only_the_fields_asked_for_are_read(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    message = a_message()
    find = HotRead(OutboxMessage, "id", only=["subscriber"])

    with django_assert_num_queries(1) as queries:
        row = find(message.id)
        assert row
        assert row.subscriber == "ä"

    assert "payload" not in queries.captured_queries[0]["sql"]
    assert row.get_deferred_fields() >= {"payload", "subject_id"}


def test_a_key_that_many_rows_may_have_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="subscriber"):
        HotRead(OutboxMessage, "subscriber")


def test_no_key_at_all_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="id=None"):
        HotRead(OutboxMessage, "id")(None)


def test_the_routers_say_which_database(settings: Settings) -> None:
    find = HotRead(OutboxMessage, "id")
    find(0)
    settings.DATABASE_ROUTERS = [Elsewhere()]

    with pytest.raises(Exception, match="elsewhere"):
        find(0)


@pytest.mark.django_db(transaction=True)
def test_threads_share_a_hot_read_and_no_connection() -> None:
    find = HotRead(OutboxMessage, "id")
    message = a_message()

    rows = at_once(lambda _: find(message.id), 8)

    assert [state(row) for row in rows] == [state(message)] * 8


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_closed_is_opened_again() -> None:
    find = HotRead(OutboxMessage, "id")
    message = a_message()
    find(message.id)

    connections["default"].close()

    assert state(find(message.id)) == state(message)
