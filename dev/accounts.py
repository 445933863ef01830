"""Who calls a running shop: the accounts of the demo data, and new ones."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from uuid import uuid4

import grpc

from chassis.status import error_info
from dev.ready import PAUSE
from dev.running import RunningShop
from shop.users.v1 import users_pb2, users_pb2_grpc

T = TypeVar("T")

CUSTOMER, STAFF = "ada@example.com", "staff@example.com"
CUSTOMER_ID = "ada00000-0000-4000-8000-000000000001"
DEMO_PASSWORD = "correct horse battery staple"  # noqa: S105  Of the demo accounts, and printed at every start.
PATIENCE = 30  # Seconds.


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, signed in."""

    user_id: str
    token: str

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What a call of theirs carries."""
        return (("authorization", f"Bearer {self.token}"),)


def sign_in(shop: RunningShop, email: str) -> Person:
    """Somebody of the demo data or of `sign_up`, all of whom have one password. Needs "user-rpc"."""
    with grpc.insecure_channel(shop.service("user_service").target) as channel:
        request = users_pb2.LoginRequest(email=email, password=DEMO_PASSWORD)
        session = in_turn(partial(users_pb2_grpc.UserServiceStub(channel).Login, request, timeout=PATIENCE))
    return Person(session.user.user_id, session.access_token)


def sign_up(shop: RunningShop) -> Person:
    """Somebody new. Needs "user-rpc"."""
    email = f"{uuid4()}@example.com"
    with grpc.insecure_channel(shop.service("user_service").target) as channel:
        request = users_pb2.RegisterRequest(
            request_id=str(uuid4()), email=email, password=DEMO_PASSWORD, display_name="Grace"
        )
        in_turn(partial(users_pb2_grpc.UserServiceStub(channel).Register, request, timeout=PATIENCE))
    return sign_in(shop, email)


def in_turn(call: Callable[[], T]) -> T:
    """What `call` returns, made again as long as too many others sign in."""
    until_then = time.monotonic() + PATIENCE
    while True:
        try:
            return call()
        except grpc.RpcError as error:
            if error_info(error).reason != "TOO_MANY_SIGN_INS" or time.monotonic() > until_then:
                raise
            time.sleep(PAUSE)
