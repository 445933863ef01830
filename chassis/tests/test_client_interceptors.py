import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from chassis import contract
from chassis.call import Call, Caller, answering
from chassis.clients import channel_to
from chassis.errors import DeadlineExceeded
from chassis.testing import serving
from chassis.tests.edge.library import SERVICE, Library, register
from chassis.tests.neighbour import USER, VALIDATE, Users, stub_for


def call_with(*, seconds_left: float) -> Call:
    method = contract.method("/shop.users.v1.UserService/ListUsers")
    return Call(method=method, caller=Caller(), deadline=time.monotonic() + seconds_left, correlation_id="from-outside")


@pytest.fixture(autouse=True)
def _as_order_service(settings: Settings) -> None:
    settings.SERVICE_NAME = "order_service"


def test_a_call_has_a_deadline_though_nobody_asked_for_one(settings: Settings) -> None:
    settings.CALL_TIMEOUT = 3.0
    users = Users()

    with stub_for(users) as stub:
        stub.ValidateUser(VALIDATE)

    assert 0 < users.time_left < 3.1  # A deadline travels rounded up.


def test_a_call_may_ask_for_more_time(settings: Settings) -> None:
    settings.CALL_TIMEOUT = 3.0
    users = Users()

    with stub_for(users) as stub:
        stub.ValidateUser(VALIDATE, timeout=60)

    assert users.time_left > 3


def test_a_call_ends_before_the_one_it_is_made_for() -> None:
    users = Users()

    with stub_for(users) as stub, answering(call_with(seconds_left=1)):
        stub.ValidateUser(VALIDATE, timeout=60)

    assert 0 < users.time_left < 1  # Not 0.95: a deadline travels rounded up.


def test_no_call_is_made_when_the_time_is_up() -> None:
    users = Users()

    with stub_for(users) as stub, answering(call_with(seconds_left=0.01)), pytest.raises(DeadlineExceeded):
        stub.ValidateUser(VALIDATE)

    assert users.calls == 0


def test_a_call_says_which_service_makes_it_and_for_which_call() -> None:
    users = Users()

    with stub_for(users) as stub, answering(call_with(seconds_left=5)):
        stub.ValidateUser(VALIDATE)

    assert users.metadata["x-service"] == "order_service"
    assert users.metadata["x-request-id"] == "from-outside"


def test_a_call_made_for_no_other_gets_a_correlation_id_of_its_own() -> None:
    users = Users()

    with stub_for(users) as stub:
        stub.ValidateUser(VALIDATE)
        first = users.metadata["x-request-id"]
        stub.ValidateUser(VALIDATE)

    assert len(first) == 32
    assert users.metadata["x-request-id"] != first


def test_what_a_call_says_itself_counts(settings: Settings) -> None:
    settings.SERVICE_NAME = "product_service"
    users = Users()

    with stub_for(users) as stub:
        stub.ValidateUser(VALIDATE, metadata=(("x-service", "order_service"), ("x-request-id", "mine")))

    assert users.metadata["x-request-id"] == "mine"


@pytest.mark.django_db
def test_a_call_inside_a_transaction_is_a_defect() -> None:
    users = Users()

    remedy = r"call /shop.users.v1.UserService/ValidateUser outside transaction.atomic\(\)"
    with stub_for(users) as stub, transaction.atomic(), pytest.raises(RuntimeError, match=remedy):
        stub.ValidateUser(VALIDATE)

    assert users.calls == 0


@pytest.mark.django_db(transaction=True)
def test_the_same_holds_where_no_test_case_wraps_the_transaction() -> None:
    with stub_for(Users()) as stub:
        with transaction.atomic(), pytest.raises(RuntimeError):
            stub.ValidateUser(VALIDATE)
        assert stub.ValidateUser(VALIDATE).user_id == USER


@pytest.mark.django_db
def test_the_blocks_that_django_wraps_round_a_test_are_no_transaction() -> None:
    with stub_for(Users()) as stub:
        assert stub.ValidateUser(VALIDATE).user_id == USER


@contextmanager
def a_watch() -> Iterator[tuple[Callable[..., Any], Library]]:
    """Opens a stream from a neighbour, and the neighbour, which remembers what reached it."""
    library = Library()
    with serving(partial(register, SERVICE, library.behaviour)) as target, channel_to(target) as way:
        watch: Any = way.unary_stream(f"/{SERVICE}/WatchBook")
        yield partial(watch, b""), library


def test_a_stream_has_a_deadline_of_its_own_and_says_who_reads_it(settings: Settings) -> None:
    settings.CALL_TIMEOUT, settings.STREAM_LIFETIME = 2.0, 60.0

    with a_watch() as (watch, library):
        assert len(list(watch())) == 1
    _, _, context = library.calls[0]

    assert 2 < context.time_remaining() < 60.1
    assert dict(context.invocation_metadata())["x-service"] == "order_service"


def test_a_stream_ends_before_the_call_it_is_read_for() -> None:
    with a_watch() as (watch, library), answering(call_with(seconds_left=1)):
        list(watch())
    _, _, context = library.calls[0]

    assert 0 < context.time_remaining() < 1
    assert dict(context.invocation_metadata())["x-request-id"] == "from-outside"


@pytest.mark.django_db
def test_a_stream_inside_a_transaction_is_a_defect() -> None:
    with a_watch() as (watch, library), transaction.atomic(), pytest.raises(RuntimeError, match="outside transaction"):
        list(watch())

    assert not library.calls
