import grpc
import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from google.rpc import code_pb2
from pytest_django import Settings

from chassis.edge.context import CallEnded, EdgeContext


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    return rf.get("/", REMOTE_ADDR="192.0.2.1")


def test_a_call_has_the_services_deadline(request_: HttpRequest, settings: Settings) -> None:
    settings.CALL_DEADLINE = 5.0
    assert 4.0 < EdgeContext(request_, "abc").time_remaining() <= 5.0

    settings.CALL_DEADLINE = 0.0
    assert EdgeContext(request_, "abc").time_remaining() == 0.0


def test_the_peer_is_the_remote_address_and_is_not_authenticated(request_: HttpRequest) -> None:
    context = EdgeContext(request_, "abc")

    assert context.peer() == "192.0.2.1"
    assert (context.peer_identities(), context.peer_identity_key(), context.auth_context()) == (None, None, {})


def test_abort_ends_the_call_with_its_code(request_: HttpRequest) -> None:
    with pytest.raises(CallEnded) as ended:
        EdgeContext(request_, "abc").abort(grpc.StatusCode.NOT_FOUND, "gone")

    assert (ended.value.status.code, ended.value.status.message) == (code_pb2.NOT_FOUND, "gone")


def test_whoever_asks_hears_of_the_end(request_: HttpRequest) -> None:
    context = EdgeContext(request_, "abc")
    heard: list[str] = []
    assert context.add_callback(lambda: heard.append("over"))
    assert context.is_active()

    context.finish()

    assert heard == ["over"]
    assert not context.is_active()
    assert not context.add_callback(lambda: heard.append("late"))


def test_a_cancelled_call_is_no_success(request_: HttpRequest) -> None:
    context = EdgeContext(request_, "abc")
    context.cancel()

    with pytest.raises(CallEnded) as ended:
        context.require_success()

    assert ended.value.status.code == code_pb2.CANCELLED
