import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from pytest_django import Settings

from chassis.clients import channel, channel_to
from chassis.errors import NotFound, Unavailable
from chassis.tests.neighbour import LOGIN, USER, VALIDATE, Users, always, answering_at, free_port, stub_for
from shop.users.v1.users_pb2_grpc import UserServiceStub


@pytest.fixture(autouse=True)
def _as_order_service(settings: Settings) -> None:
    settings.SERVICE_NAME = "order_service"


def test_a_repeatable_method_is_retried() -> None:
    users = Users(Unavailable(), errors=2)

    with stub_for(users) as stub:
        assert stub.ValidateUser(VALIDATE).user_id == USER

    assert users.calls == 3


def test_a_repeatable_method_is_given_up_after_three_attempts() -> None:
    users = always(Unavailable())

    with stub_for(users) as stub, pytest.raises(grpc.RpcError):
        stub.ValidateUser(VALIDATE)

    assert users.calls == 3


def test_a_method_that_is_not_declared_repeatable_is_sent_once() -> None:
    users = Users(Unavailable(), errors=1)

    with stub_for(users) as stub, pytest.raises(grpc.RpcError):
        stub.Login(LOGIN)

    assert users.calls == 1


def test_only_unavailable_is_retried() -> None:
    users = Users(NotFound(), errors=1)

    with stub_for(users) as stub, pytest.raises(grpc.RpcError):
        stub.ValidateUser(VALIDATE)

    assert users.calls == 1


def test_retries_of_a_sick_neighbour_run_dry() -> None:
    users = always(Unavailable())

    with stub_for(users) as stub:
        for _ in range(20):
            with pytest.raises(grpc.RpcError):
                stub.ValidateUser(VALIDATE)

    assert users.calls < 30, "20 calls with all their retries would be 60"


def test_a_repeatable_call_waits_for_a_neighbour_that_starts() -> None:
    address = f"127.0.0.1:{free_port()}"
    refused = threading.Event()

    def watch(state: grpc.ChannelConnectivity) -> None:
        if state is grpc.ChannelConnectivity.TRANSIENT_FAILURE:
            refused.set()

    with channel_to(address) as way, ThreadPoolExecutor(1) as pool:
        way.subscribe(watch)
        answer = pool.submit(UserServiceStub(way).ValidateUser, VALIDATE, timeout=20)
        assert refused.wait(10)
        with answering_at(address, Users()):
            assert answer.result().user_id == USER


def test_a_repeatable_call_waits_no_longer_than_its_deadline() -> None:
    with channel_to(f"127.0.0.1:{free_port()}") as way, pytest.raises(grpc.RpcError) as failed:
        UserServiceStub(way).ValidateUser(VALIDATE, timeout=0.2)

    assert failed.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


def test_any_other_call_to_a_dead_neighbour_fails_at_once() -> None:
    with channel_to(f"127.0.0.1:{free_port()}") as way, pytest.raises(grpc.RpcError) as failed:
        UserServiceStub(way).Login(LOGIN, timeout=60)

    assert failed.value.code() is grpc.StatusCode.UNAVAILABLE


def test_several_backends_take_turns() -> None:
    first, second = Users(), Users()

    with (
        answering_at("127.0.0.1:0", first) as one,
        answering_at("127.0.0.1:0", second) as two,
        channel_to(f"ipv4:{one},{two}") as way,
    ):
        stub = UserServiceStub(way)
        stop = time.monotonic() + 10
        # Until both are connected, whichever is first gets everything.
        while not (first.calls and second.calls) and time.monotonic() < stop:
            stub.ValidateUser(VALIDATE)
        first.calls = second.calls = 0
        for _ in range(20):
            stub.ValidateUser(VALIDATE)

    assert (first.calls, second.calls) == (10, 10)


def test_a_proxy_for_the_world_outside_does_not_stand_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")

    with stub_for(Users()) as stub:
        assert stub.Login(LOGIN).access_token == "token"


def test_a_neighbour_has_one_channel_and_its_address_is_a_setting(settings: Settings) -> None:
    with answering_at("127.0.0.1:0", Users()) as target:
        settings.NEIGHBOURS = {"user_service": target}
        with ThreadPoolExecutor(4) as pool:
            channels = list(pool.map(channel, ["user_service"] * 4))
        assert UserServiceStub(channels[0]).ValidateUser(VALIDATE).user_id == USER

    assert channel("user_service") is channels[-1]


# A process of its own: forking this one, full of threads, would be another test.
FORKING = """
import os, sys, django
django.setup()
from chassis.clients import channel
from chassis.tests.neighbour import LOGIN
from shop.users.v1.users_pb2_grpc import UserServiceStub

def login():
    return UserServiceStub(channel("user_service")).Login(LOGIN, timeout=10).access_token == "token"

assert login()
child = os.fork()
if child == 0:
    os._exit(0 if login() else 1)
assert os.waitpid(child, 0)[1] == 0
assert login()
"""


def test_a_forked_child_makes_a_channel_of_its_own() -> None:
    with answering_at("127.0.0.1:0", Users()) as target:
        environment = {**os.environ, "USER_SERVICE_TARGET": target, "DJANGO_SETTINGS_MODULE": "chassis.tests.settings"}
        forking = subprocess.run(
            [sys.executable, "-c", FORKING], env=environment, timeout=60, check=False, capture_output=True, text=True
        )

    assert forking.returncode == 0, forking.stderr
