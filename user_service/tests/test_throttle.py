"""How often passwords may be tried, and accounts opened."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from chassis import contract
from chassis.call import Call, Caller, answering
from chassis.testing import at_once, refused
from shop.users.v1 import users_pb2
from shop.users.v1.users_pb2_grpc import UserServiceStub
from tests.calls import a_registration
from tests.fakes import PASSWORD, CountingHasher, an_account
from tests.test_passwords import LOGIN
from users import operations, passwords, sessions, throttle
from users.errors import TooManyAttempts, WrongCredentials
from users.models import Attempts, SignInAddress, User

pytestmark = pytest.mark.django_db(transaction=True)

HOME, ELSEWHERE = "192.0.2.1", "198.51.100.9"


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    call = Call(method=contract.method(LOGIN), caller=Caller(), deadline=time.monotonic() + 60, address=address)
    with answering(call):
        yield


@pytest.fixture(autouse=True)
def _quick(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["tests.fakes.CountingHasher"]
    CountingHasher.count = 0


@pytest.fixture
def ada(signing_key: object) -> User:
    return an_account(email="ada@example.com", password=passwords.new_hash(PASSWORD))


def try_in_vain(times: int, email: str = "ada@example.com", address: str = HOME) -> None:
    with coming_from(address):
        for _ in range(times):
            with pytest.raises(WrongCredentials):
                sessions.login(email=email, password="wrong")


def wait_for(email: str = "ada@example.com", address: str = HOME, password: str | None = None) -> float:
    """Seconds that the next attempt has to wait; 0 if it may be made, and it is made then."""
    with coming_from(address), suppress(WrongCredentials):
        try:
            sessions.login(email=email, password=password or "wrong")
        except TooManyAttempts as refusal:
            return refusal.retry_after.total_seconds() if refusal.retry_after else -1.0
    return 0.0


def let_the_wait_pass() -> None:
    Attempts.objects.update(not_before=timezone.now())


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_from_the_fifth_failure_on_each_wait_is_twice_as_long(ada: User, email: str) -> None:
    try_in_vain(4, email)
    waits = []
    for _ in range(5):
        try_in_vain(1, email)
        waits.append(wait_for(email))
        let_the_wait_pass()

    assert waits == pytest.approx([1, 2, 4, 8, 16], abs=0.5)


def test_who_has_to_wait_costs_no_hash(ada: User) -> None:
    try_in_vain(5)
    before = CountingHasher.count

    assert wait_for(password=PASSWORD) > 0

    assert CountingHasher.count == before


def test_many_at_once_are_no_way_round_it(ada: User) -> None:
    def attempt(_: int) -> type[Exception]:
        with coming_from(HOME), pytest.raises((WrongCredentials, TooManyAttempts)) as refusal:
            sessions.login(email="ada@example.com", password="wrong")
        return refusal.type

    outcomes = at_once(attempt, 20)

    assert outcomes.count(WrongCredentials) <= 5


def test_an_address_waits_whatever_accounts_it_tries(ada: User) -> None:
    for number in range(5):
        try_in_vain(1, f"somebody{number}@example.com")

    assert wait_for("another@example.com") > 0
    assert wait_for("another@example.com", ELSEWHERE) == 0


def test_signing_in_to_an_account_of_ones_own_frees_no_address(ada: User) -> None:
    an_account(email="eve@example.com", password=passwords.new_hash(PASSWORD))
    for number in range(4):
        try_in_vain(1, f"somebody{number}@example.com")
    assert wait_for("eve@example.com", password=PASSWORD) == 0
    try_in_vain(1, "somebody5@example.com")

    assert wait_for("somebody6@example.com") > 0


def test_who_knows_the_password_is_forgiven(ada: User) -> None:
    for _ in range(3):
        try_in_vain(3)
        assert wait_for(password=PASSWORD) == 0
        Attempts.objects.exclude(failed=0).update(failed=0, not_before=None)
    try_in_vain(4)

    assert wait_for(password=PASSWORD) == 0


def test_strangers_lock_nobody_out(ada: User) -> None:
    assert wait_for(password=PASSWORD) == 0
    for number in range(60):
        try_in_vain(1, address=f"203.0.113.{number}")
        let_the_wait_pass()
    try_in_vain(1, address="203.0.113.200")

    assert wait_for(password=PASSWORD) == 0
    assert 0 < wait_for(password=PASSWORD, address=ELSEWHERE) <= throttle.ACCOUNT_DELAY


def test_a_network_of_ipv6_is_one_address(ada: User) -> None:
    for number in range(5):
        try_in_vain(1, f"somebody{number}@example.com", f"2001:db8::{number}")

    assert wait_for("another@example.com", "2001:db8::ffff") > 0
    assert wait_for("another@example.com", "2001:db8:1::1") == 0


def test_a_clock_that_was_ahead_keeps_nobody_waiting(ada: User) -> None:
    try_in_vain(5)
    Attempts.objects.update(not_before=timezone.now() + timedelta(days=1))

    assert wait_for(password=PASSWORD) == 0


def test_no_address_of_anybody_is_kept_in_the_counts(ada: User) -> None:
    try_in_vain(1)

    for row in Attempts.objects.all():
        assert "ada" not in row.key
        assert HOME not in row.key


def test_old_counts_are_forgotten(ada: User) -> None:
    try_in_vain(1)
    kept = Attempts.objects.count()
    Attempts.objects.filter(pk=Attempts.objects.values("pk")[:1]).update(last_at=timezone.now() - timedelta(hours=2))

    assert throttle.forget_old_attempts() == 1
    assert Attempts.objects.count() == kept - 1


def test_the_latest_addresses_of_an_account_are_known(ada: User) -> None:
    for number in range(throttle.KNOWN_ADDRESSES + 3):
        assert wait_for(password=PASSWORD, address=f"203.0.113.{number}") == 0

    assert SignInAddress.objects.filter(user=ada).count() == throttle.KNOWN_ADDRESSES


def test_a_stolen_token_finds_no_password_out(ada: User) -> None:
    with coming_from(HOME), ExitStack() as stack:
        sessions.login(email=ada.email, password=PASSWORD)
        caller = Caller(user_id=ada.id, session_id=uuid4())
        for _ in range(5):
            with pytest.raises(WrongCredentials):
                operations.change_password(
                    user_id=ada.id, caller=caller, current_password="wrong", new_password="a new long password"
                )
        stack.enter_context(pytest.raises(TooManyAttempts))
        operations.change_password(
            user_id=ada.id, caller=caller, current_password=PASSWORD, new_password="a new long password"
        )


def test_accounts_are_opened_from_an_address_at_a_pace(users: UserServiceStub, settings: Settings) -> None:
    settings.REGISTRATIONS = 2
    for number in range(3):
        users.Register(a_registration(email=f"{number}@example.com"))

    with refused("RESOURCE_EXHAUSTED", "TOO_MANY_ATTEMPTS"):
        users.Register(a_registration(email="4@example.com"))
    assert User.objects.count() == 3


def test_over_the_wire_the_wait_is_told(users: UserServiceStub, ada: Any) -> None:
    for _ in range(5):
        with refused("UNAUTHENTICATED", "WRONG_CREDENTIALS"):
            users.Login(users_pb2.LoginRequest(email="ada@example.com", password="wrong"))

    with refused("RESOURCE_EXHAUSTED", "TOO_MANY_ATTEMPTS"):
        users.Login(users_pb2.LoginRequest(email="ada@example.com", password=PASSWORD))
