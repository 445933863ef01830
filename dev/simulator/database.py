"""A service's database: what was committed stays, whatever dies, and a commit happens whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from dev.simulator.failures import DatabaseError
from dev.simulator.faults import Commit
from dev.simulator.kernel import Kernel, Steps

R = TypeVar("R")
T = TypeVar("T")


@dataclass(slots=True)
class Copy(Generic[R]):
    """A process's own copy of a row, as old as its last look at it. Rows themselves never change, but are replaced."""

    row: R


@dataclass(slots=True)
class Transaction:
    """What a commit is going to store."""

    number: int  # Drawn when the transaction begins, so that a lower one may be committed after a higher one.
    _writes: list[tuple[dict[Any, Any], Any, Any]] = field(default_factory=list)

    def put(self, table: dict[Any, Any], key: object, row: object) -> None:
        """Store a row."""
        self._writes.append((table, key, row))

    def new_id(self) -> tuple[int, int]:
        """An id for a new row, as a sequence gives them."""
        return self.number, len(self._writes)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to store."""
        return not self._writes

    def store(self) -> None:
        """Let everybody see it."""
        for table, key, row in self._writes:
            table[key] = row


class Database:
    """Rows of a service, and the one clock that all its processes share. A table is a dictionary of rows."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.random = kernel.faults.random
        self._begun = 0

    @property
    def now(self) -> float:
        """The database's time, in seconds."""
        return self.kernel.now

    def commit(self, change: Callable[[Transaction], T], point: str) -> Steps[T]:
        """Do what `change` does, in one transaction; `point` is where a process may die in it.

        Conditions of updates are looked at when it commits: two that change one row wait for each other. Raises what
        `change` raises, with nothing stored, and DatabaseError.
        """
        self._begun += 1
        transaction = Transaction(self._begun)
        yield point
        if wait := self.kernel.faults.lock(self.now):
            yield wait
        end = self.kernel.faults.commit(point)
        if end is not Commit.DONE:
            self.kernel.tell("a commit is %s: %s", end.value, point)
        if end is Commit.BUSY:
            raise DatabaseError("busy")
        result = change(transaction)
        if end is Commit.ROLLED_BACK:
            raise DatabaseError("rolled back")
        transaction.store()
        yield "commit"
        if end is Commit.UNKNOWN:
            raise DatabaseError("the reply to a commit is lost")
        return result

    def read(self, look: Callable[[], T]) -> Steps[T]:
        """What `look` sees, in one statement. Raises what `look` raises, and DatabaseError."""
        yield "read"
        if self.kernel.faults.read_fails():
            raise DatabaseError("busy")
        return look()
