from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models.functions import Now
from pytest_django import Settings

from chassis.call import Caller
from chassis.errors import FailedPrecondition
from chassis.idempotency.expiry import BATCH, forget_old_keys
from chassis.idempotency.models import IdempotencyKey
from chassis.idempotency.once import RequestIdReused, once
from chassis.outbox.models import OutboxMessage
from chassis.testing import at_once, call_of
from shop.users.v1.users_pb2 import RegisterRequest, User

REGISTER = "/shop.users.v1.UserService/Register"


class Act:
    """Leaves a row behind and answers with a new id, each time it runs."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.refusal = refusal

    def __call__(self) -> User:
        OutboxMessage.objects.create(event_id=uuid4(), subject_id=uuid4(), payload=b"")
        if self.refusal:
            raise self.refusal
        return User(user_id=str(uuid4()))


def a_request(**fields: str) -> RegisterRequest:
    return RegisterRequest(**{"request_id": str(uuid4()), "email": "ada@example.com", "password": "correct", **fields})


@pytest.fixture
def call() -> Iterator[None]:
    with call_of(REGISTER):
        yield


@pytest.mark.django_db
@pytest.mark.usefixtures("call")
def test_a_repeated_request_is_acted_on_once_and_answered_alike() -> None:
    request = a_request()

    assert once(request, Act()) == once(request, Act())
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("call")
def test_a_request_id_is_compared_as_a_uuid_not_as_text() -> None:
    key = str(uuid4())

    assert once(a_request(request_id=key), Act()) == once(a_request(request_id=key.upper()), Act())


@pytest.mark.django_db
@pytest.mark.usefixtures("call")
def test_the_same_key_with_other_values_is_refused() -> None:
    request = a_request()
    once(request, Act())

    with pytest.raises(RequestIdReused) as refusal:
        once(a_request(request_id=request.request_id, password="other"), Act())

    assert refusal.value.code == "ALREADY_EXISTS"
    assert refusal.value.reason() == "REQUEST_ID_REUSED"
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db
def test_a_key_belongs_to_one_caller_and_one_method() -> None:
    request, ada, bob = a_request(), Caller(user_id=uuid4()), Caller(user_id=uuid4())
    replies = []
    for path, caller in [(REGISTER, ada), (REGISTER, bob), ("/shop.users.v1.UserService/GetUser", ada)]:
        with call_of(path, caller):
            replies.append(once(request, Act()).user_id)

    assert len(set(replies)) == 3


@pytest.mark.django_db
@pytest.mark.usefixtures("call")
def test_a_refusal_leaves_nothing_behind_and_the_next_try_acts() -> None:
    request = a_request()
    with pytest.raises(FailedPrecondition):
        once(request, Act(FailedPrecondition()))

    assert not OutboxMessage.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert once(request, Act()).user_id


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_acts_and_all_get_its_reply() -> None:
    request = a_request()

    def send(_number: int) -> str:
        with call_of(REGISTER):
            return once(request, Act()).user_id

    replies = at_once(send, 5)

    assert len(set(replies)) == 1
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("call")
def test_what_was_asked_cannot_be_guessed_from_what_is_kept(settings: Settings) -> None:
    once(a_request(), Act())
    IdempotencyKey.objects.update(key=uuid4())
    settings.SECRET_KEY = "another"
    once(a_request(), Act())

    first, second = IdempotencyKey.objects.values_list("request_hash", flat=True)
    assert first != second


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("call")
def test_inside_a_transaction_nothing_is_promised() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        once(a_request(), Act())


@pytest.mark.django_db
def test_outside_a_call_there_is_nobody_to_keep_a_key_for() -> None:
    with pytest.raises(RuntimeError, match="no call"):
        once(a_request(), Act())


@pytest.mark.django_db
def test_keys_are_forgotten_after_a_week_a_batch_at_a_time() -> None:
    for age, count in [(timedelta(days=7, seconds=5), BATCH + 1), (timedelta(days=6, hours=23), 2)]:
        IdempotencyKey.objects.bulk_create(
            IdempotencyKey(method=REGISTER, key=uuid4(), created_at=Now() - age) for _ in range(count)
        )

    assert [forget_old_keys(), forget_old_keys(), forget_old_keys()] == [BATCH, 1, 0]
    assert IdempotencyKey.objects.count() == 2
