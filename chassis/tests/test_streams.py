"""Streams over a real server: how they end, and what they leave to calls."""

import time
from collections.abc import Iterator
from itertools import chain, count
from typing import Any

import grpc
import pytest
from django.db import connection, transaction
from grpc_health.v1 import health_pb2
from pytest_django import Settings

from chassis import call
from chassis.errors import FailedPrecondition
from chassis.status import error_info
from chassis.streams import end_all, looks
from chassis.testing import refused
from chassis.tests.reader import NEVER, Reader, one_sale_and_then_a_wait, sales, watching
from dev.ready import until


class BookSold(FailedPrecondition):
    """Somebody bought the book."""


def lines_of(reader: Reader, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What was logged of the reader's streams since the last look."""
    return [line for line in capsys.readouterr().err.splitlines() if reader.correlation_id in line]


def test_a_stream_brings_every_reply_and_leaves_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with watching(lambda: sales(1, 2, 3)) as reader:
        assert [book.sold for book in reader.watch()] == [1, 2, 3]

    [line] = lines_of(reader, capsys)
    assert "code=OK" in line


def test_a_stream_may_fail_after_its_first_reply(capsys: pytest.CaptureFixture[str]) -> None:
    def behaviour() -> Iterator[Any]:
        yield from sales(1)
        raise BookSold

    with watching(behaviour) as reader:
        replies = reader.watch()
        assert next(replies).sold == 1
        with refused("FAILED_PRECONDITION", "BOOK_SOLD"):
            next(replies)

    [line] = lines_of(reader, capsys)
    assert "code=FAILED_PRECONDITION" in line


@pytest.mark.parametrize("pause", [NEVER, 0.0])
def test_a_client_that_goes_ends_the_stream_at_once_and_in_order(
    pause: float, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.RPC_STREAMS = 1
    ended_as: list[str] = []

    def behaviour() -> Iterator[Any]:
        try:
            yield from sales(1)
            for _ in looks(pause):
                if not pause:
                    yield from sales(2)
        finally:
            ended_as.append(call.answered().method.name)

    with watching(behaviour) as reader:
        replies = reader.watch()
        next(replies)
        replies.cancel()

        [line] = until(lambda: lines_of(reader, capsys), "no line was logged", 5)
        assert "code=CANCELLED" in line
        assert ended_as == ["WatchBook"]
        until(lambda: opened(reader), "the slot did not come back", 5)

    assert "different Context" not in capsys.readouterr().err


def opened(reader: Reader) -> bool:
    """Whether a stream of one reply and more was let in; it is cancelled then."""
    replies = reader.watch()
    try:
        next(replies)
    except grpc.RpcError as error:
        if error_info(error).reason != "TOO_MANY_STREAMS":
            raise
        return False
    replies.cancel()
    return True


def test_streams_take_their_slots_and_leave_everything_else_to_calls(settings: Settings) -> None:
    settings.RPC_STREAMS, settings.RPC_THREADS, settings.RPC_MAX_CONCURRENT = 2, 1, 8
    with watching(one_sale_and_then_a_wait) as reader:
        held = [reader.watch() for _ in range(2)]
        assert [next(replies).sold for replies in held] == [1, 1]
        more = [reader.watch() for _ in range(4)]

        for replies in more:
            with refused("RESOURCE_EXHAUSTED", "TOO_MANY_STREAMS"):
                next(replies)
        for _ in range(20):
            reader.get()
        assert reader.check().status == health_pb2.HealthCheckResponse.SERVING

        held[0].cancel()
        until(lambda: opened(reader), "the slot did not come back", 5)


def test_no_caller_takes_all_streams(settings: Settings) -> None:
    settings.RPC_STREAMS, settings.STREAMS_A_CALLER = 8, 2
    with watching(one_sale_and_then_a_wait) as reader:
        held = [reader.watch() for _ in range(2)]
        assert [next(replies).sold for replies in held] == [1, 1]

        assert not opened(reader)
        held[0].cancel()
        until(lambda: opened(reader), "the caller may open no other", 5)


@pytest.mark.parametrize("behaviour", [one_sale_and_then_a_wait, lambda: chain.from_iterable(map(sales, count()))])
def test_a_stream_ends_well_when_its_life_is_over(behaviour: Any, settings: Settings) -> None:
    settings.STREAM_LIFETIME = 0.3
    with watching(behaviour) as reader:
        started = time.monotonic()
        replies = list(reader.watch())

    assert replies
    assert time.monotonic() - started < 10


def test_a_stream_outlives_the_deadline_of_calls(settings: Settings) -> None:
    settings.CALL_DEADLINE = 0.05

    def behaviour() -> Iterator[Any]:
        for turn, _ in enumerate(looks(0.1)):
            yield from sales(turn)
            if turn == 2:
                return

    with watching(behaviour) as reader:
        assert [book.sold for book in reader.watch()] == [0, 1, 2]


def test_streams_end_well_when_the_process_is_told_to_stop() -> None:
    with watching(one_sale_and_then_a_wait) as reader:
        replies = reader.watch()
        next(replies)
        end_all()

        assert list(replies) == []


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_while_a_stream_waits_or_sends() -> None:
    held: list[bool] = []

    def behaviour() -> Iterator[Any]:
        for turn, _ in enumerate(looks(0.01)):
            held.append(connection.connection is not None)
            connection.ensure_connection()
            if turn == 1:
                yield from sales(1)
                held.append(connection.connection is not None)
            if turn == 2:
                return

    with watching(behaviour) as reader:
        assert len(list(reader.watch())) == 1

    assert held == [False, False, False, False]


@pytest.mark.django_db(transaction=True)
def test_a_stream_that_waits_inside_a_transaction_is_a_defect(capsys: pytest.CaptureFixture[str]) -> None:
    def behaviour() -> Iterator[Any]:
        with transaction.atomic():
            yield from one_sale_and_then_a_wait()

    with watching(behaviour) as reader, refused("INTERNAL", "INTERNAL"):
        list(reader.watch())

    assert "outside transaction.atomic()" in capsys.readouterr().err


def test_a_look_outside_a_stream_is_a_defect() -> None:
    with pytest.raises(LookupError):
        next(looks(1))
