"""Channels to the neighbours, and their refusals turned back into this service's own."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import grpc
from django.conf import settings
from google.protobuf.descriptor_pb2 import FileDescriptorSet, MethodOptions

from chassis.client_interceptors import NeighbourCall
from chassis.errors import Refusal, Unavailable
from chassis.status import error_info, told_delay

# Option names that this grpcio honours; it ignores unknown ones in silence.
OPTIONS = [
    # A ping every 30 s, also between calls: the servers allow one every 10 s.
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_permit_without_calls", 1),
    # Otherwise pings cease after two in a row without data.
    ("grpc.http2.max_pings_without_data", 0),
    # When to give up on a peer: the first where its process hangs, the second where its machine is gone.
    ("grpc.http2.ping_timeout_ms", 5_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    # Never idle: the first call after a pause would pay for connecting.
    ("grpc.client_idle_timeout_ms", 2**31 - 1),
    # A neighbour that restarts is found again at once.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    # Otherwise a forked child's channel may be given a connection of its parent's.
    ("grpc.use_local_subchannel_pool", 1),
    # Neighbours are next door, whatever http_proxy says of the world outside.
    ("grpc.enable_http_proxy", 0),
]


class NeighbourUnavailable(Unavailable):
    """A service that is needed for this gives no clear answer. Whether it did anything is not known."""


_channels: dict[tuple[str, int], grpc.Channel] = {}


def channel(neighbour: str) -> grpc.Channel:
    """The channel to a service by its folder's name, as in "user_service"; one for each process, made when needed."""
    # Named by process too: gRPC's threads do not survive a fork, so a child must not use its parent's channel.
    name = (settings.NEIGHBOURS[neighbour], os.getpid())
    if name not in _channels:
        # Threads that race here all get the one that is kept; the others never connect.
        _channels.setdefault(name, channel_to(settings.NEIGHBOURS[neighbour]))
    return _channels[name]


def channel_to(target: str) -> grpc.Channel:
    """A new channel to "127.0.0.1:50051", "ipv4:127.0.0.1:50051,127.0.0.1:50151" or "dns:///users:50051".

    Calls have a deadline (settings.CALL_TIMEOUT, and STREAM_LIFETIME for a stream, unless `timeout=` says otherwise,
    and never past the current call's), say who calls, and are retried if the contract declares the method repeatable;
    a stream only until its first message.
    """
    options = [*OPTIONS, ("grpc.service_config", json.dumps(_service_config()))]
    return grpc.intercept_channel(grpc.insecure_channel(target, options=options), NeighbourCall())


@contextmanager
def remote_errors(*refusals: type[Refusal]) -> Iterator[None]:
    """Turn a neighbour's refusal into the one of `refusals` with its reason, message and metadata kept.

    Anything else that a call ends with becomes NeighbourUnavailable: a refusal that nobody named is a defect here or
    there, and says nothing about what was done.
    """
    try:
        yield
    except grpc.RpcError as error:
        info = error_info(error)
        for refusal in refusals:
            if info.domain.startswith("shop.") and info.reason == refusal.reason():
                raise refusal(
                    error.details() or "", metadata=dict(info.metadata), retry_after=told_delay(error)
                ) from error
        raise NeighbourUnavailable(retry_after=timedelta(seconds=2)) from error


def _service_config() -> dict[str, Any]:
    """See grpc/service_config/service_config.proto. What is not listed is sent once and fails fast."""
    return {
        "loadBalancingConfig": [{"round_robin": {}}],
        "methodConfig": [
            {
                "name": _repeatable_methods(),
                # A neighbour that restarts is waited for, up to the deadline.
                "waitForReady": True,
                "retryPolicy": {
                    "maxAttempts": 3,
                    "initialBackoff": "0.05s",
                    "maxBackoff": "1s",
                    "backoffMultiplier": 2,
                    # A server that stops resets the calls that it has not begun: grpcio then says CANCELLED.
                    "retryableStatusCodes": ["UNAVAILABLE", "CANCELLED"],
                },
            }
        ],
        # When more than a tenth of the calls fail, retries stop, so that they do not finish off a sick neighbour.
        # Half of the tokens may be spent at once: a server that stops resets all calls that a process has under way.
        "retryThrottling": {"maxTokens": 20, "tokenRatio": 0.1},
    }


@cache
def _repeatable_methods() -> list[dict[str, str]]:
    """All of the shop, from the image of the contracts: whatever a channel is used for, it is in it."""
    image = FileDescriptorSet.FromString(files("shop").joinpath("contracts.binpb").read_bytes())
    return [
        {"service": f"{file.package}.{service.name}", "method": method.name}
        for file in image.file
        for service in file.service
        for method in service.method
        if method.options.idempotency_level != MethodOptions.IDEMPOTENCY_UNKNOWN
    ]
