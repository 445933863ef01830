import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from chassis.call import Caller
from chassis.idempotency.models import IdempotencyKey
from chassis.outbox.models import OutboxMessage
from chassis.paging import InvalidPageToken, Page, page, page_for
from chassis.testing import call_of
from shop.products.v1.products_pb2 import ListProductsRequest

LIST = "/shop.products.v1.ProductService/ListProducts"
ORDERS = [
    ("id",),
    ("-id",),
    ("-created_at", "-id"),
    ("created_at", "-id"),
    ("subscriber", "-refusals", "id"),
    ("-subscriber", "attempts", "-created_at", "subject_id", "id"),
    ("-subject_id", "id"),
]


def some_rows(count: int) -> None:
    """Rows with many equal values, and times a microsecond apart."""
    dice = random.Random(20)  # noqa: S311
    start = datetime(2026, 1, 1, 12, tzinfo=UTC)
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            event_id=uuid4(),
            subject_id=UUID(int=dice.randrange(3)),
            subscriber=dice.choice(["a", "b", "ä", "z"]),
            payload=b"",
            refusals=dice.randrange(3),
            created_at=start + timedelta(microseconds=dice.randrange(4)),
        )
        for _ in range(count)
    )


def all_pages(order: Sequence[str], size: int) -> list[int]:
    seen, token = [], ""
    while True:
        found = page(OutboxMessage.objects.all(), order=order, size=size, token=token, scope="")
        seen += [row.pk for row in found.items]
        if not found.next_token:
            return seen
        token = found.next_token


@pytest.mark.django_db
@pytest.mark.parametrize("order", ORDERS, ids=",".join)
def test_pages_together_are_the_list(order: Sequence[str]) -> None:
    some_rows(40)

    assert all_pages(order, 7) == list(OutboxMessage.objects.order_by(*order).values_list("pk", flat=True))


@pytest.mark.django_db
def test_rows_that_come_and_go_shift_nothing() -> None:
    some_rows(6)
    ids = list(OutboxMessage.objects.order_by("-id").values_list("pk", flat=True))
    first = page(OutboxMessage.objects.all(), order=("-id",), size=3, token="", scope="")
    some_rows(2)
    OutboxMessage.objects.filter(pk__in=ids[2:3]).delete()

    second = page(OutboxMessage.objects.all(), order=("-id",), size=3, token=first.next_token, scope="")

    assert [row.pk for row in second.items] == ids[3:]
    assert second.next_token == ""


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "got"), [(0, 20), (1, 1), (100, 100), (101, 100), (2**31 - 1, 100)])
def test_sizes_have_a_default_and_a_limit(asked: int, got: int) -> None:
    some_rows(101)

    assert len(page(OutboxMessage.objects.all(), order=("id",), size=asked, token="", scope="").items) == got


@pytest.mark.django_db
def test_a_last_page_that_is_full_says_so() -> None:
    some_rows(3)

    assert page(OutboxMessage.objects.all(), order=("id",), size=3, token="", scope="").next_token == ""


@pytest.mark.django_db
def test_an_order_that_could_skip_rows_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="unique"):
        page(OutboxMessage.objects.all(), order=("-created_at",), size=3, token="", scope="")


@pytest.mark.django_db
def test_the_longest_names_fit_in_a_token() -> None:
    dice = random.Random(20)  # noqa: S311
    name = "".join(chr(dice.randrange(0x10000, 0x10FFFF)) for _ in range(200))
    IdempotencyKey.objects.bulk_create(IdempotencyKey(method=name, key=uuid4()) for _ in range(2))

    rows, order = IdempotencyKey.objects.all(), ("method", "id")

    found = page(rows, order=order, size=1, token="", scope=name)

    assert len(found.next_token) <= 1024
    assert page(rows, order=order, size=1, token=found.next_token, scope=name).items == list(rows.order_by("id")[1:])


def listed(request: ListProductsRequest, caller: Caller | None = None, path: str = LIST) -> Page[OutboxMessage]:
    with call_of(path, caller):
        return page_for(request, OutboxMessage.objects.all(), order=("-created_at", "-id"))


@pytest.mark.django_db
def test_a_token_leads_on_also_with_another_page_size() -> None:
    some_rows(5)
    first = listed(ListProductsRequest(page_size=2, query="tea"))

    second = listed(ListProductsRequest(page_size=3, query="tea", page_token=first.next_token))

    assert len({row.pk for row in first.items + second.items}) == 5


@pytest.mark.django_db
def test_a_token_of_another_list_is_refused() -> None:
    some_rows(5)
    ada, bob = Caller(user_id=uuid4()), Caller(user_id=uuid4())
    token = listed(ListProductsRequest(page_size=2, query="tea"), ada).next_token

    assert listed(ListProductsRequest(query="tea", page_token=token), ada).items
    for request, caller, path in [
        (ListProductsRequest(query="cup", page_token=token), ada, LIST),
        (ListProductsRequest(query="tea", page_token=token), bob, LIST),
        (ListProductsRequest(query="tea", page_token=token), ada, "/shop.products.v1.ProductService/BatchGetProducts"),
        (ListProductsRequest(query="tea", page_token=token + "x"), ada, LIST),
        (ListProductsRequest(query="tea", page_token=token[:-1]), ada, LIST),
        (ListProductsRequest(query="tea", page_token=".::"), ada, LIST),
        (ListProductsRequest(query="tea", page_token="ä" * 99), ada, LIST),
    ]:
        with pytest.raises(InvalidPageToken):
            listed(request, caller, path)


@pytest.mark.django_db
def test_a_token_of_another_order_is_refused() -> None:
    some_rows(5)
    token = page(OutboxMessage.objects.all(), order=("-id",), size=2, token="", scope="").next_token

    with pytest.raises(InvalidPageToken):
        page(OutboxMessage.objects.all(), order=("id",), size=2, token=token, scope="")
