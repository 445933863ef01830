import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from chassis.clients import NeighbourUnavailable
from chassis.keys import COOLDOWN, JWK, LIFE, KeySet, KeysUnavailable


def jwk(kid: str) -> JWK:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    return {**json.loads(ECAlgorithm.to_jwk(public)), "kid": kid, "alg": "ES256", "use": "sig"}


class Publisher:
    """A source of keys that can be changed, counted and taken away."""

    def __init__(self, *kids: str) -> None:
        self.published = [jwk(kid) for kid in kids]
        self.away = False
        self.fetches = 0

    def __call__(self) -> list[JWK]:
        self.fetches += 1
        if self.away:
            raise NeighbourUnavailable
        return self.published


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_keys_are_fetched_once_for_their_life(clock: Clock) -> None:
    source = Publisher("old")
    key_set = KeySet(source, clock)

    for _ in range(3):
        assert key_set.get("old") is not None
    clock.now += LIFE - 1
    assert key_set.get("old") is not None
    assert source.fetches == 1

    clock.now += 1
    assert key_set.get("old") is not None
    assert source.fetches == 2


def test_a_rotated_key_is_found_and_its_predecessor_forgotten(clock: Clock) -> None:
    source = Publisher("old")
    key_set = KeySet(source, clock)
    assert key_set.get("old") is not None

    source.published = [jwk("new")]
    clock.now += COOLDOWN

    assert key_set.get("new") is not None
    assert key_set.get("old") is None


def test_made_up_names_cause_one_fetch_in_a_cooldown(clock: Clock) -> None:
    source = Publisher("real")
    key_set = KeySet(source, clock)
    assert key_set.get("real") is not None

    clock.now += COOLDOWN
    for number in range(100):
        assert key_set.get(f"made-up-{number}") is None

    assert source.fetches == 2


def test_old_keys_serve_while_their_source_is_away(clock: Clock) -> None:
    source = Publisher("real")
    key_set = KeySet(source, clock)
    assert key_set.get("real") is not None

    source.away = True
    clock.now += LIFE
    for _ in range(5):
        assert key_set.get("real") is not None
    assert source.fetches == 2, "a dead source is asked once in a cooldown"

    source.away = False
    clock.now += COOLDOWN
    assert key_set.get("real") is not None
    assert source.fetches == 3


def test_an_answer_without_usable_keys_replaces_nothing(clock: Clock) -> None:
    source = Publisher("real")
    key_set = KeySet(source, clock)
    assert key_set.get("real") is not None

    for nonsense in ([], [{"kid": "real"}], [{"kid": "real", "kty": "EC", "crv": "P-256", "alg": "ES256"}]):
        source.published = nonsense
        clock.now += LIFE
        assert key_set.get("real") is not None


def test_a_key_of_an_unknown_kind_does_not_spoil_the_others(clock: Clock) -> None:
    source = Publisher("real")
    source.published.append({"kid": "later", "kty": "ML-DSA", "alg": "ML-DSA-65"})
    key_set = KeySet(source, clock)

    assert key_set.get("real") is not None
    assert key_set.get("later") is None


def test_without_any_key_the_caller_is_told_when_to_ask_again(clock: Clock) -> None:
    source = Publisher("real")
    source.away = True
    key_set = KeySet(source, clock)

    for _ in range(3):
        with pytest.raises(KeysUnavailable) as refused:
            key_set.get("real")
    assert refused.value.retry_after == timedelta(seconds=1)
    assert source.fetches == 1

    source.away = False
    clock.now += 1
    assert key_set.get("real") is not None


class SlowPublisher(Publisher):
    """Holds every fetch until it is let go."""

    def __init__(self, *kids: str) -> None:
        super().__init__(*kids)
        self.asked = threading.Event()
        self.let_go = threading.Event()

    def __call__(self) -> list[JWK]:
        self.asked.set()
        assert self.let_go.wait(10)
        return super().__call__()


def test_many_threads_cause_one_fetch_and_all_get_the_key(clock: Clock) -> None:
    source = SlowPublisher("real")
    key_set = KeySet(source, clock)

    with ThreadPoolExecutor(16) as pool:
        results = [pool.submit(key_set.get, "real") for _ in range(16)]
        assert source.asked.wait(10)
        source.let_go.set()

    assert all(result.result() is not None for result in results)
    assert source.fetches == 1


def test_old_keys_serve_while_another_thread_fetches(clock: Clock) -> None:
    source = SlowPublisher("real")
    source.let_go.set()
    key_set = KeySet(source, clock)
    assert key_set.get("real") is not None
    source.asked.clear()
    source.let_go.clear()
    clock.now += LIFE

    with ThreadPoolExecutor(1) as pool:
        fetching = pool.submit(key_set.get, "real")
        assert source.asked.wait(10)
        assert key_set.get("real") is not None
        assert not fetching.done()
        source.let_go.set()
    assert source.fetches == 2
