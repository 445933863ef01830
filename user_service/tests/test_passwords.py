"""Which passwords are taken, and what storing and comparing them costs."""

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import identify_hasher
from pytest_django import Settings

from chassis import contract
from chassis.call import Call, Caller, answering
from chassis.errors import Violation
from shop.users.v1 import users_pb2  # noqa: F401  The contract that LOGIN is read from.
from tests.fakes import PASSWORD, CountingHasher, WaitingHasher
from users import passwords
from users.errors import PasswordTooCommon, TooManySignIns

LOGIN = "/shop.users.v1.UserService/Login"


def a_call(seconds: float) -> Call:
    return Call(method=contract.method(LOGIN), caller=Caller(), deadline=time.monotonic() + seconds)


@pytest.fixture
def counting(settings: Settings) -> type[CountingHasher]:
    settings.PASSWORD_HASHERS = ["tests.fakes.CountingHasher"]
    CountingHasher.count = 0
    return CountingHasher


@pytest.fixture
def every_turn_taken(settings: Settings) -> Iterator[None]:
    """As many hashes under way as there may be, until the test ends or lets go."""
    settings.PASSWORD_HASHERS = ["tests.fakes.WaitingHasher"]
    WaitingHasher.go.clear()
    count = os.cpu_count() or 1
    with ThreadPoolExecutor(count) as pool:
        for _ in range(count):
            pool.submit(passwords.new_hash, PASSWORD)
        for _ in range(count):
            assert WaitingHasher.waiting.acquire(timeout=10)
        yield
        WaitingHasher.go.set()


def test_a_stored_hash_is_argon2id_with_the_parameters_owasp_asks_for() -> None:
    stored = passwords.new_hash(PASSWORD)

    decoded = identify_hasher(stored).decode(stored)
    assert decoded["variety"] == "argon2id"
    assert (decoded["memory_cost"], decoded["time_cost"], decoded["parallelism"]) == (19456, 2, 1)


def test_only_the_right_password_matches() -> None:
    stored = passwords.new_hash(PASSWORD)

    assert passwords.matches(PASSWORD, stored)
    assert not passwords.matches(PASSWORD.upper(), stored)
    assert not passwords.matches(PASSWORD, None)


def test_a_long_password_is_compared_to_its_last_character() -> None:
    stored = passwords.new_hash("é" * 127 + "a")

    assert not passwords.matches("é" * 127 + "b", stored)


@pytest.mark.parametrize("password", ["password123", "PASSWORD123", "iloveyou"])
def test_a_common_password_is_refused_by_name_of_its_field(password: str) -> None:
    with pytest.raises(PasswordTooCommon) as refused:
        passwords.new_hash(password)

    assert refused.value.violations == [Violation("password", "is on the list of common passwords")]


def test_comparing_with_nothing_costs_one_hash_like_any_other(counting: type[CountingHasher]) -> None:
    passwords.matches(PASSWORD, None)

    assert counting.count == 1


def test_a_sign_in_that_would_wait_past_its_deadline_is_sent_away(every_turn_taken: None) -> None:
    with answering(a_call(seconds=passwords.MARGIN + 0.05)), pytest.raises(TooManySignIns) as refused:
        passwords.matches(PASSWORD, None)

    assert refused.value.retry_after == timedelta(seconds=1)


def test_a_sign_in_with_time_left_waits_for_its_turn(every_turn_taken: None) -> None:
    with answering(a_call(seconds=10)):
        threading.Timer(0.05, WaitingHasher.go.set).start()

        assert not passwords.matches(PASSWORD, None)
