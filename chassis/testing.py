"""What tests are made with: a real server on a port of its own, and tokens that it believes."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from threading import Barrier
from typing import Any, TypeVar
from uuid import UUID, uuid4

import grpc
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connections
from jwt.algorithms import ECAlgorithm

from chassis import tokens
from chassis.call import Call, Caller, answering
from chassis.contract import method
from chassis.registry import Recorder
from chassis.server import build_server
from chassis.status import error_info

Metadata = tuple[tuple[str, str], ...]
T = TypeVar("T")

KEY_NAME = "test-key"
_key = ec.generate_private_key(ec.SECP256R1())


@contextmanager
def serving(hook: Callable[[grpc.Server], object]) -> Iterator[str]:
    """Serve what `hook` registers, wrapped as in production. Yields the target, as in "127.0.0.1:40123"."""
    recorder = Recorder()
    hook(recorder)
    running = build_server(recorder.handlers, "127.0.0.1:0")
    running.start()
    try:
        yield f"127.0.0.1:{running.port}"
    finally:
        running.server.stop(None).wait()
        running.arrivals.stop()


def signing_keys() -> list[dict[str, Any]]:
    """A value for the setting SIGNING_KEYS: the public key that `access_token` goes with."""
    return [{**json.loads(ECAlgorithm.to_jwk(_key.public_key())), "kid": KEY_NAME, "alg": "ES256", "use": "sig"}]


def access_token(user_id: UUID, *, staff: bool = False, **claims: Any) -> str:
    """A token as user_service would issue it; `claims` replace its claims."""
    now = int(time.time())
    payload = {
        "iss": tokens.ISSUER,
        "aud": tokens.AUDIENCE,
        "sub": str(user_id),
        "iat": now,
        "exp": now + 900,
        "jti": uuid4().hex,
        "sid": str(uuid4()),
        "roles": [tokens.STAFF_ROLE] if staff else [],
        **claims,
    }
    return jwt.encode(payload, _key, tokens.ALGORITHM, headers={"kid": KEY_NAME, "typ": tokens.TYPE})


def every_session_stands(caller: Caller) -> Caller:
    """A value for the setting SESSION_CHECK, by its name."""
    return caller


def as_user(user_id: UUID, *, staff: bool = False) -> Metadata:
    """Metadata of a call by a signed-in user."""
    return (("authorization", f"Bearer {access_token(user_id, staff=staff)}"),)


def as_service(name: str) -> Metadata:
    """Metadata of a call by another service."""
    return (("x-service", name),)


@contextmanager
def call_of(path: str, caller: Caller | None = None) -> Iterator[None]:
    """Let code under test believe that it answers `caller`, by default nobody known, in the method with this path."""
    with answering(Call(method=method(path), caller=caller or Caller(), deadline=time.monotonic() + 10)):
        yield


def at_once(act: Callable[[int], T], times: int) -> list[T]:
    """What `act(0)`, `act(1)` and so on return when threads start them at the same moment. Raises what they raise."""
    start = Barrier(times)

    def in_a_thread(number: int) -> T:
        try:
            start.wait()
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(in_a_thread, range(times)))


@contextmanager
def streaming(port: int, path: str, headers: Mapping[str, str]) -> Iterator[HTTPResponse]:
    """The open answer of an edge on this machine to GET `path`. Its client is gone afterwards."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=dict(headers))
    answer = connection.getresponse()
    try:
        yield answer
    finally:
        answer.close()
        connection.close()


@contextmanager
def refused(code: str, reason: str) -> Iterator[pytest.ExceptionInfo[grpc.RpcError]]:
    """Expect a call to end so, as in `refused("NOT_FOUND", "USER_NOT_FOUND")`. Yields the error for later."""
    with pytest.raises(grpc.RpcError) as error:
        yield error
    assert (error.value.code().name, error_info(error.value).reason) == (code, reason)  # noqa: S101  A test's own.
