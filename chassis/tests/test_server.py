"""The server: what it refuses to listen on, and what it says while it is busy or stopping."""

from collections.abc import Iterator

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from pytest_django import Settings

from chassis.registry import Recorder
from chassis.server import PlaintextOnlyOnLoopback, build_server
from chassis.testing import serving
from chassis.tests.fakes import users
from chassis.tests.gate import Gate
from shop.users.v1 import users_pb2, users_pb2_grpc

KEYS = users_pb2.GetSigningKeysRequest()
SERVING = health_pb2.HealthCheckResponse.SERVING


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.opened.set()


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"])
def test_plaintext_stays_on_this_machine(address: str) -> None:
    with pytest.raises(PlaintextOnlyOnLoopback, match="no TLS"):
        build_server({}, address)


@pytest.mark.parametrize("address", ["127.0.0.1:0", "[::1]:0", "localhost:0"])
def test_loopback_is_fine(address: str) -> None:
    build_server({}, address).server.stop(None)


def test_a_second_server_on_a_port_is_refused() -> None:
    with serving(users()) as target, pytest.raises(RuntimeError):
        build_server({}, target)


def test_health_answers_while_every_thread_is_busy(gate: Gate, settings: Settings) -> None:
    settings.RPC_THREADS = 1
    with serving(users(gate)) as target, grpc.insecure_channel(target) as channel:
        held = users_pb2_grpc.UserServiceStub(channel).GetSigningKeys.future(KEYS)
        assert gate.entered.acquire(timeout=10)

        health = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5)

        assert health.status == SERVING
        gate.opened.set()
        held.result()


def test_a_request_too_large_is_refused_and_the_next_one_answered() -> None:
    with serving(users()) as target, grpc.insecure_channel(target) as channel:
        stub = users_pb2_grpc.UserServiceStub(channel)
        with pytest.raises(grpc.RpcError) as refused:
            stub.Register(users_pb2.RegisterRequest(display_name="x" * 1_000_000))
        assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED

        stub.GetSigningKeys(KEYS)


@pytest.mark.parametrize("switched_on", [True, False])
def test_reflection_lists_the_services_only_where_it_is_switched_on(settings: Settings, switched_on: bool) -> None:
    settings.RPC_REFLECTION = switched_on
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    with serving(users()) as target, grpc.insecure_channel(target) as channel:
        answers = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(iter([request]))
        if switched_on:
            [answer] = answers
            names = [service.name for service in answer.list_services_response.service]
            assert "shop.users.v1.UserService" in names
        else:
            with pytest.raises(grpc.RpcError) as refused:
                list(answers)
            assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize(
    ("symbol", "known"),
    [
        ("shop.users.v1.UserService", True),
        ("shop.users.v1.UserService.Login", True),
        ("shop.users.v1.User", True),
        ("shop.nobody.v1.Service", False),
    ],
)
def test_reflection_describes_services_methods_and_messages(symbol: str, known: bool) -> None:
    request = reflection_pb2.ServerReflectionRequest(file_containing_symbol=symbol)
    with serving(users()) as target, grpc.insecure_channel(target) as channel:
        [answer] = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(iter([request]))

    assert answer.HasField("file_descriptor_response") == known


def test_a_recorder_opens_no_port() -> None:
    with pytest.raises(NotImplementedError):
        Recorder().add_insecure_port("127.0.0.1:0")
