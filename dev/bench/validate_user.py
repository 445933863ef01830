"""What the whole wrapper costs: ValidateUser beside a server that returns a constant."""

import os
import sys
from collections.abc import Iterator

import jwt

from dev.accounts import CUSTOMER, CUSTOMER_ID, Person, sign_in
from dev.bench.load import Rpc
from dev.bench.rounds import in_turns, p50, rate
from dev.bench.servers import Bench, serving
from dev.bench.table import Line, compared
from dev.running import free_ports
from dev.shop import HOST
from shop.users.v1 import users_pb2

THREADS = os.environ.get("RPC_THREADS", "8")  # As the services read it.
PATH = "/shop.users.v1.UserService/ValidateUser"


def measure(bench: Bench) -> Iterator[Line]:
    """Throughput with 8 callers, and latency with one."""
    port = free_ports()["user_service"][0]
    target = f"{HOST}:{port}"
    bare = (sys.executable, "-m", "dev.bench.bare", target, THREADS, CUSTOMER_ID)
    with (
        bench.shop("validate-user", "user-rpc") as shop,
        serving(bare, port, bench.scratch / "bare.log", {}),
    ):
        request = _as_an_order_asks(sign_in(shop, CUSTOMER)).SerializeToString()
        ours, theirs = (
            Rpc(each, PATH, request, (("x-service", "order_service"),))
            for each in (shop.service("user_service").target, target)
        )
        result = in_turns(bench.callers, ours, theirs, threads=8, seconds=2.0, value=rate)
        yield compared("ValidateUser, 8 callers", result, "/s", "constant reply", ">= 0.45")
        result = in_turns(bench.callers, ours, theirs, threads=1, seconds=1.0, value=p50)
        yield compared("ValidateUser, 1 caller, p50", result, " ms", "constant reply", "<= 1.6")


def _as_an_order_asks(customer: Person) -> users_pb2.ValidateUserRequest:
    claims = jwt.decode(customer.token, options={"verify_signature": False})
    return users_pb2.ValidateUserRequest(user_id=customer.user_id, session_id=claims["sid"])
