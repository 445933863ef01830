"""Callers that send half of what a call needs, or far too much: the others are answered meanwhile."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status
from pytest_django import Settings
from structlog.testing import capture_logs

from chassis import rpc_admission
from chassis.call import CORRELATION_KEY
from chassis.clients import channel_to
from chassis.registry import Recorder
from chassis.server import build_server
from chassis.testing import refused, serving
from chassis.tests.fakes import users
from chassis.tests.gate import Gate
from dev.ready import until
from shop.users.v1 import users_pb2, users_pb2_grpc

KEYS = users_pb2.GetSigningKeysRequest()
GET_KEYS = "/shop.users.v1.UserService/GetSigningKeys"
CHECK = "/grpc.health.v1.Health/Check"


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.opened.set()


class Silent:
    """Callers that send the headers of calls, and no message."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._over = threading.Event()
        self._channels = ExitStack()

    def __enter__(self) -> "Silent":
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._channels.close()

    def call(self, path: str, times: int) -> list[Any]:
        """Begin calls, from a connection of their own."""
        options = [("grpc.use_local_subchannel_pool", 1)]
        channel = self._channels.enter_context(grpc.insecure_channel(self._target, options))
        method: Any = channel.stream_unary(path, request_serializer=bytes)
        return [method.future(self._nothing(), timeout=30) for _ in range(times)]

    def _nothing(self) -> Iterator[bytes]:
        self._over.wait()
        yield from ()


@contextmanager
def served() -> Iterator[tuple[str, users_pb2_grpc.UserServiceStub]]:
    with serving(users()) as target, grpc.insecure_channel(target) as channel:
        yield target, users_pb2_grpc.UserServiceStub(channel)


@pytest.mark.parametrize("path", [GET_KEYS, CHECK, "/grpc.health.v1.Health/Watch"])
@pytest.mark.parametrize("times", [8, 30])
def test_calls_without_a_message_stop_nobody_for_long(path: str, times: int) -> None:
    with served() as (target, stub), Silent(target) as silent:
        silent.call(path, times)

        started = time.monotonic()
        for _ in range(10):
            stub.GetSigningKeys(KEYS, timeout=10, wait_for_ready=True)
        assert time.monotonic() - started < 3

        check = health_pb2_grpc.HealthStub(grpc.insecure_channel(target)).Check
        assert check(health_pb2.HealthCheckRequest(), timeout=5).status == health_pb2.HealthCheckResponse.SERVING


def test_a_call_without_a_message_ends_within_seconds() -> None:
    with served() as (target, _), Silent(target) as silent:
        [call] = silent.call(GET_KEYS, 1)

        started = time.monotonic()
        assert call.code() is grpc.StatusCode.CANCELLED
        assert time.monotonic() - started < 5


def test_a_flood_of_calls_without_a_message_leaves_others_a_chance() -> None:
    with served() as (target, stub), Silent(target) as silent, ThreadPoolExecutor(1) as flood:
        over = threading.Event()

        def keep_on() -> None:
            while not over.is_set():
                for call in silent.call(GET_KEYS, 20):
                    call.exception()

        flooding = flood.submit(keep_on)
        try:
            answered = 0
            until_then = time.monotonic() + 3
            while time.monotonic() < until_then:
                answered += _is_answered(stub)
        finally:
            over.set()
        flooding.result()
        assert answered >= 3


def _is_answered(stub: users_pb2_grpc.UserServiceStub) -> bool:
    try:
        stub.GetSigningKeys(KEYS, timeout=2)
    except grpc.RpcError:
        return False
    return True


def test_a_call_that_ends_without_a_message_is_told_so() -> None:
    with (
        served() as (target, _),
        grpc.insecure_channel(target) as channel,
        refused("INVALID_ARGUMENT", "REQUEST_MISSING"),
    ):
        channel.stream_unary(GET_KEYS, request_serializer=bytes)(iter([]), timeout=5)


def test_calls_beyond_the_limit_are_refused_with_a_reason_and_seen_in_the_log(gate: Gate, settings: Settings) -> None:
    settings.RPC_THREADS, settings.RPC_MAX_CONCURRENT = 1, 2
    with serving(users(gate)) as target, grpc.insecure_channel(target) as channel, capture_logs() as lines:
        stub = users_pb2_grpc.UserServiceStub(channel)
        held = [stub.GetSigningKeys.future(KEYS) for _ in range(2)]
        assert gate.entered.acquire(timeout=10)
        until(lambda: _refuses(stub), "everything is taken on", 5)

        with refused("RESOURCE_EXHAUSTED", "SERVER_OVERLOADED") as error:
            stub.GetSigningKeys(KEYS, timeout=5)
        for _ in range(200):
            assert _refuses(stub)

        status = rpc_status.from_call(error.value)
        delays = [detail for detail in status.details if detail.Is(error_details_pb2.RetryInfo.DESCRIPTOR)]
        assert len(delays) == 1
        gate.opened.set()
        for call in held:
            call.result()
    overloaded = [line for line in lines if line["event"] == "server.overloaded"]
    assert 1 <= len(overloaded) < 20
    assert overloaded[0]["method"] == GET_KEYS


def _refuses(stub: users_pb2_grpc.UserServiceStub) -> bool:
    try:
        stub.GetSigningKeys(KEYS, timeout=0.5)
    except grpc.RpcError as error:
        return error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    return False


def test_health_is_answered_while_calls_are_refused(gate: Gate, settings: Settings) -> None:
    settings.RPC_THREADS, settings.RPC_MAX_CONCURRENT = 1, 1
    with serving(users(gate)) as target, grpc.insecure_channel(target) as channel:
        held = users_pb2_grpc.UserServiceStub(channel).GetSigningKeys.future(KEYS)
        assert gate.entered.acquire(timeout=10)

        check = health_pb2_grpc.HealthStub(channel).Check
        answers = [check(health_pb2.HealthCheckRequest(), timeout=5).status for _ in range(48)]

        assert set(answers) == {health_pb2.HealthCheckResponse.SERVING}
        gate.opened.set()
        held.result()


def test_health_says_so_when_calls_do_not_get_on(
    gate: Gate, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RPC_THREADS = 1
    monkeypatch.setattr(rpc_admission, "STUCK", 0.2)
    with serving(users(gate)) as target, grpc.insecure_channel(target) as channel:
        held = [users_pb2_grpc.UserServiceStub(channel).GetSigningKeys.future(KEYS) for _ in range(2)]
        check = health_pb2_grpc.HealthStub(channel).Check

        def status() -> Any:
            return check(health_pb2.HealthCheckRequest(), timeout=5).status

        until(lambda: status() == health_pb2.HealthCheckResponse.NOT_SERVING, "it says that it serves", 5)
        gate.opened.set()
        for call in held:
            call.result()
        assert status() == health_pb2.HealthCheckResponse.SERVING


@pytest.mark.parametrize("sent", ["", "abc-1"])
def test_every_reply_carries_the_correlation_id(sent: str) -> None:
    metadata = ((CORRELATION_KEY, sent),) if sent else ()
    with served() as (_, stub):
        _, answered = stub.GetSigningKeys.with_call(KEYS, metadata=metadata)
        with pytest.raises(grpc.RpcError) as refusal:
            stub.GetUser(users_pb2.GetUserRequest(), metadata=metadata)

    for call in (answered, refusal.value):
        trailing: Any = call.trailing_metadata()
        carried = dict(trailing)[CORRELATION_KEY]
        assert carried == sent or (not sent and len(carried) == 32)


def test_a_line_in_the_log_says_what_the_call_was_about() -> None:
    with served() as (_, stub), capture_logs() as lines, pytest.raises(grpc.RpcError):
        stub.GetUser(users_pb2.GetUserRequest(user_id="x" * 1000))

    [line] = [line for line in lines if line["event"] == "rpc"]
    assert (line["user_id"], line["address"]) == ("x" * 64, "127.0.0.1")


def test_connections_that_say_nothing_are_closed() -> None:
    with served() as (target, _):
        host, _, port = target.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=15) as connection:
            # What the server says first, and then that it has waited for long enough.
            while connection.recv(65_536):
                pass


def test_clients_of_the_shop_notice_nothing_of_a_server_that_is_replaced() -> None:
    recorder = Recorder()
    users(lambda _request: time.sleep(0.002))(recorder)
    running = build_server(recorder.handlers, "127.0.0.1:0")
    running.start()
    address, over = f"127.0.0.1:{running.port}", threading.Event()
    answered: list[float] = []

    def ask() -> None:
        with channel_to(address) as channel:
            while not over.is_set():
                users_pb2_grpc.UserServiceStub(channel).GetSigningKeys(KEYS, timeout=10)
                answered.append(time.monotonic())

    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(ask) for _ in range(8)]
        try:
            for number in range(1, 6):
                # A restart spends tries, and calls that are answered earn them back.
                until(partial(_are_more, answered, number * 200), "nobody asks", 30)
                running.server.stop(3).wait()
                running.arrivals.stop()
                running = build_server(recorder.handlers, address)
                running.start()
        finally:
            over.set()
        for each in asking:
            each.result()
    running.server.stop(None).wait()
    running.arrivals.stop()


def _are_more(things: list[float], number: int) -> bool:
    return len(things) > number
