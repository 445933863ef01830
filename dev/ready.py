"""Waiting for the shop: on what it answers, not on a clock."""

import time
import urllib.request
from collections.abc import Callable
from typing import TypeVar

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from dev.shop import Service, Shop

T = TypeVar("T")

PAUSE = 0.1  # Seconds between two looks.


class NotReady(Exception):  # noqa: N818  Named for what it says to the person who waits.
    """What was waited for did not come in time."""


def until(look: Callable[[], T | None], what: str, timeout: float = 30) -> T:
    """The first thing that `look` finds. Raises NotReady, naming `what`, after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not (found := look()):
        if time.monotonic() > deadline:
            raise NotReady(f"{what} after {timeout:.0f} s")
        time.sleep(PAUSE)
    return found


def wait_until_ready(shop: Shop, timeout: float = 60) -> None:
    """Return once every gRPC server says SERVING and every edge is ready. Raises NotReady."""
    deadline = time.monotonic() + timeout
    for service in shop.services:
        left = max(deadline - time.monotonic(), PAUSE)
        until(lambda: serves_rpc(service), f"{service.name} does not answer gRPC on {service.target}", left)  # noqa: B023
        until(lambda: serves_rest(service), f"{service.name} does not answer REST on {service.url}", left)  # noqa: B023


def serves_rpc(service: Service) -> bool:
    """Whether the service's gRPC server is up and takes calls."""
    with grpc.insecure_channel(service.target) as channel:
        try:
            answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=2)
        except grpc.RpcError:
            return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def serves_rest(service: Service) -> bool:
    """Whether the service's REST edge is up and reaches its database."""
    try:
        with urllib.request.urlopen(f"{service.url}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
