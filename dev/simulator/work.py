"""Rows that stand for work which must get done, as `chassis/work.py` has them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random
from typing import Any, TypeVar

from dev.simulator.database import Copy, Database, Transaction
from dev.simulator.kernel import Steps

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Something to be done, at the latest by the next worker."""

    id: Any
    attempts: int = 0
    next_attempt_at: float | None

    @property
    def tries(self) -> int:
        """How many attempts at what is to be done now were in vain."""
        return self.attempts


W = TypeVar("W", bound=Work)


def due(rows: Iterable[W], now: float) -> list[W]:
    """Rows whose time has come, the longest due first."""
    found = [row for row in rows if row.next_attempt_at is not None and row.next_attempt_at <= now]
    return sorted(found, key=lambda row: (row.next_attempt_at, row.id))


def claim(database: Database, table: dict[Any, W], copy: Copy[W], lease: float) -> Steps[bool]:
    """Take a row for a while: an update, and then a look at how the row stands. False if somebody else was faster."""
    won = yield from database.commit(lambda tx: take(tx, table, copy, database.now, lease) is not None, "claim")
    if won:
        copy.row = yield from database.read(lambda: table[copy.row.id])
    return won


def take(tx: Transaction, table: dict[Any, W], copy: Copy[W], now: float, lease: float) -> W | None:
    """Take a row for a while, inside a transaction. The row as it stands then; None if somebody else was faster."""
    row = unclaimed(table, copy)
    if row is None or row.next_attempt_at is None or row.next_attempt_at > now:
        return None
    taken = replace(row, next_attempt_at=now + lease, attempts=row.attempts + 1)
    tx.put(table, row.id, taken)
    return taken


def unclaimed(table: dict[Any, W], copy: Copy[W]) -> W | None:
    """The row, unless it is finished or somebody took it since: the count of attempts tells claims apart."""
    row = table[copy.row.id]
    return row if row.attempts == copy.row.attempts and row.next_attempt_at is not None else None


def postpone(tx: Transaction, table: dict[Any, W], copy: Copy[W], now: float, random: Random) -> W:
    """Leave the row for later, inside a transaction, unless it is finished or another process has taken it over.

    Returns the row as it stands then.
    """
    row = unclaimed(table, copy)
    if row is None:
        return table[copy.row.id]
    later = replace(row, next_attempt_at=now + _pause(row.tries, random))
    tx.put(table, row.id, later)
    return later


def finish(tx: Transaction, table: dict[Any, W], copy: Copy[W], **values: Any) -> bool:
    """There is nothing left to do, unless another process has taken it over: False then."""
    row = unclaimed(table, copy)
    if row is None:
        return False
    tx.put(table, row.id, replace(row, next_attempt_at=None, **values))
    return True


def _pause(tries: int, random: Random) -> float:
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(tries - 1, 10))
    return random.uniform(0, longest)
