"""The public keys that access tokens are verified with: fetched when needed, and kept while their source is away."""

import math
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import structlog
from django.conf import settings
from django.utils.module_loading import import_string
from google.protobuf.json_format import MessageToDict

from chassis.clients import channel, remote_errors
from chassis.errors import Refusal, Unavailable
from shop.users.v1 import users_pb2, users_pb2_grpc

log = structlog.get_logger("chassis.keys")

JWK = dict[str, Any]  # A key in the terms of RFC 7517.
Fetch = Callable[[], list[JWK]]

# All in seconds.
LIFE = 300.0  # After this, keys are fetched again.
COOLDOWN = 10.0  # Between two fetches, so that made-up key names cannot cause a stream of them.
FIRST_COOLDOWN = 1.0  # The same while there is no key at all, and nobody can be let in.
FETCH_TIMEOUT = 2.0


class KeysUnavailable(Unavailable):
    """Access tokens cannot be verified now: the signing keys cannot be had."""


def key_for(kid: str) -> jwt.PyJWK | None:
    """The key with this name, from the source that settings.SIGNING_KEYS names; None if it has no such key.

    Raises KeysUnavailable if there never was an answer.
    """
    # Named by process too: a lock that another thread held at a fork is never released in the child.
    name = (settings.SIGNING_KEYS, os.getpid())
    if name not in _key_sets:
        _key_sets.setdefault(name, KeySet(import_string(settings.SIGNING_KEYS)))
    return _key_sets[name].get(kid)


def forget() -> None:
    """Fetch anew at the next call. For tests that change the keys."""
    _key_sets.clear()


def from_user_service() -> list[JWK]:
    """What user_service publishes. Raises NeighbourUnavailable if it does not answer."""
    stub = users_pb2_grpc.UserServiceStub(channel("user_service"))
    with remote_errors():
        answer = stub.GetSigningKeys(users_pb2.GetSigningKeysRequest(), timeout=FETCH_TIMEOUT)
    return [MessageToDict(key, preserving_proto_field_name=True) for key in answer.keys]


class KeySet:
    """Keys by name. One thread fetches; those that can be answered from the last fetch do not wait for it."""

    def __init__(self, fetch: Fetch, clock: Callable[[], float] = time.monotonic) -> None:
        """`fetch` may raise a Refusal or an OSError; the keys fetched before then stay good."""
        self._fetch = fetch
        self._clock = clock
        self._fetching = threading.Lock()
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = self._tried = -math.inf

    def get(self, kid: str) -> jwt.PyJWK | None:
        """The key with this name, None if there is none. Raises KeysUnavailable if no fetch ever succeeded."""
        if self._due(kid):
            self._refresh(kid)
        if not self._keys:
            raise KeysUnavailable(retry_after=timedelta(seconds=FIRST_COOLDOWN))
        return self._keys.get(kid)

    def _due(self, kid: str) -> bool:
        now = self._clock()
        cooldown = COOLDOWN if self._keys else FIRST_COOLDOWN
        return now - self._tried >= cooldown and (kid not in self._keys or now - self._fetched >= LIFE)

    def _refresh(self, kid: str) -> None:
        patience = 0.0 if kid in self._keys else FETCH_TIMEOUT
        if not self._fetching.acquire(timeout=patience):
            return
        try:
            # Another thread may have fetched while this one waited.
            if self._due(kid):
                self._load()
        finally:
            self._fetching.release()

    def _load(self) -> None:
        try:
            # Skips keys of kinds that this version does not know.
            self._keys = {key.key_id: key for key in jwt.PyJWKSet(self._fetch()) if key.key_id}
            self._fetched = self._clock()
        except (Refusal, OSError, jwt.PyJWTError) as error:
            log.warning("keys.not_fetched", error=repr(error), kept=len(self._keys))
        finally:
            # Only now: whoever comes during the fetch has to find it due, and wait.
            self._tried = self._clock()


_key_sets: dict[tuple[str, int], KeySet] = {}
