"""Passwords: which are good enough, and how they are stored and compared, a bounded number at a time."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from threading import BoundedSemaphore
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.hashers import (
    UNUSABLE_PASSWORD_PREFIX,
    Argon2PasswordHasher,
    check_password,
    make_password,
)
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from chassis import call
from chassis.errors import Violation
from users.errors import PasswordTooCommon, TooManySignIns

T = TypeVar("T")

# Seconds of the caller's time kept back for all but the hash.
MARGIN = 0.3

RETRY_AFTER = timedelta(seconds=1)
HASHES = os.cpu_count() or 1  # At once: more would finish no sooner.
# Threads of their own, because the allocator keeps the memory of a hash for every thread that ever computed one.
_hashing = ThreadPoolExecutor(HASHES, thread_name_prefix="hashing")


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id with OWASP's parameters. Django's own take 100 MiB a hash."""

    time_cost = 2
    memory_cost = 19 * 1024  # KiB.
    parallelism = 1


def new_hash(password: str, *, field: str = "password") -> str:
    """What to store of a new password, which came in `field`. Raises PasswordTooCommon or TooManySignIns."""
    try:
        _common_passwords().validate(password)
    except ValidationError as error:
        description = "is on the list of common passwords"
        raise PasswordTooCommon(violations=[Violation(field, description)]) from error
    return _in_turn(lambda: make_password(password))


def matches(password: str, stored: str | None) -> bool:
    """Whether `password` is the one that `stored` was made of; takes as long for None. Raises TooManySignIns."""
    # Django computes one hash for an unusable value too.
    return _in_turn(lambda: check_password(password, stored or UNUSABLE_PASSWORD_PREFIX))


@contextmanager
def place() -> Iterator[None]:
    """Hold one of the few places of calls that hash, before anything is done for such a call.

    Raises TooManySignIns if none is free.
    """
    if not _places().acquire(blocking=False):
        raise TooManySignIns(retry_after=RETRY_AFTER)
    try:
        yield
    finally:
        _places().release()


def _in_turn(compute: Callable[[], T]) -> T:
    """What `compute` returns, once it has had its turn. Raises TooManySignIns if the call's time is up before."""
    answering = call.current()
    patience = max(0.0, answering.remaining - MARGIN) if answering else None
    result = _hashing.submit(compute)
    try:
        return result.result(timeout=patience)
    except TimeoutError as error:
        result.cancel()
        raise TooManySignIns(retry_after=RETRY_AFTER) from error


@cache
def _places() -> BoundedSemaphore:
    """How many threads of a server calls that hash may hold: never all, or nothing else would be answered meanwhile."""
    spare = min(settings.RPC_THREADS, settings.EDGE_THREADS) - 1
    return BoundedSemaphore(max(1, min(HASHES + 1, spare)))


@cache
def _common_passwords() -> CommonPasswordValidator:
    return CommonPasswordValidator()
