"""Database connections, fresh before a piece of work and given back after it.

Django does this round HTTP requests. gRPC threads, workers and streams live outside those, and would keep a
broken connection for ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def fresh_connections() -> Iterator[None]:
    """Close what is broken or too old, before and after."""
    _close_unusable()
    try:
        yield
    finally:
        _close_unusable()


def _close_unusable() -> None:
    for connection in connections.all(initialized_only=True):
        # Inside an atomic block, a test's for example, the connection belongs to whoever opened that.
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def in_transaction(connection: BaseDatabaseWrapper) -> bool:
    """Whether a transaction is open. The blocks that Django's TestCase wraps round every test do not count."""
    return any(not block._from_testcase for block in connection.atomic_blocks)  # type: ignore[attr-defined]  # noqa: SLF001


def give_back_connections() -> None:
    """Close every connection or return it to its pool, before a wait that may be long.

    Raises RuntimeError inside a transaction: its locks would be held through the wait.
    """
    for connection in connections.all(initialized_only=True):
        if in_transaction(connection):
            raise RuntimeError("a stream waits or sends outside transaction.atomic()")
        if not connection.in_atomic_block:
            connection.close()
