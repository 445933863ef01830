"""A neighbour for tests of clients: user_service's contract, answered as the test says."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import grpc

from chassis.clients import channel_to
from chassis.registry import Recorder
from chassis.server import build_server
from chassis.servicer import Service
from shop.users.v1.users_pb2 import LoginRequest, Session, ValidateUserRequest, ValidateUserResponse
from shop.users.v1.users_pb2_grpc import UserServiceServicer, UserServiceStub, add_UserServiceServicer_to_server

USER = "0190b5a0-0000-7000-8000-000000000001"
VALIDATE = ValidateUserRequest(user_id=USER)  # Of a method that is declared repeatable, and open to order_service.
LOGIN = LoginRequest(email="ada@example.org", password="correct horse")  # Of one that is not, and open to all.


class Users:
    """What the neighbour answers, after failing as often as it is told to; remembers what reached it."""

    def __init__(self, error: Exception | None = None, *, errors: int = 0) -> None:
        self.error = error
        self.errors = errors
        self.calls = 0
        self.time_left = 0.0
        self.metadata: dict[str, str | bytes] = {}

    def hear(self, context: grpc.ServicerContext) -> None:
        self.calls += 1
        self.time_left = context.time_remaining()
        self.metadata = dict(context.invocation_metadata())
        if self.error and self.calls <= self.errors:
            raise self.error


def always(error: Exception) -> Users:
    return Users(error, errors=1_000_000)


class UserServicer(Service, UserServiceServicer):
    users: Users

    def ValidateUser(self, request: ValidateUserRequest, context: grpc.ServicerContext) -> ValidateUserResponse:
        self.users.hear(context)
        return ValidateUserResponse(user_id=request.user_id)

    def Login(self, _request: LoginRequest, context: grpc.ServicerContext) -> Session:
        self.users.hear(context)
        return Session(access_token="token")


@contextmanager
def answering_at(address: str, users: Users) -> Iterator[str]:
    recorder = Recorder()
    add_UserServiceServicer_to_server(UserServicer.as_servicer(users=users), recorder)
    running = build_server(recorder.handlers, address)
    running.server.start()
    try:
        yield f"127.0.0.1:{running.port}"
    finally:
        running.server.stop(None).wait()


@contextmanager
def stub_for(users: Users) -> Iterator[UserServiceStub]:
    with answering_at("127.0.0.1:0", users) as target, channel_to(target) as way:
        yield UserServiceStub(way)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
