"""What tests are made with: how code reads its tables, by the plans that SQLite prints.

SQLite plans without having counted rows, so that the plan for three is the plan for a million.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

Statement = tuple[str, Sequence[Any]]

sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the plans that SQLite prints")


@contextmanager
def statements() -> Iterator[list[Statement]]:
    """What this thread asks of the database meanwhile."""
    seen: list[Statement] = []

    def note(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        seen.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        yield seen


def plan(statement: Statement) -> list[str]:
    """The steps of a statement, as in "SEARCH orders_order USING INDEX orders_newest_first (created_at<?)"."""
    with connection.cursor() as cursor:
        sql, parameters = statement
        return [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()]


def walked(asked: Iterable[Statement]) -> list[str]:
    """The steps that go through a table or an index from end to end, each with its statement."""
    reads = [each for each in asked if each[0].startswith(("SELECT", "UPDATE", "DELETE"))]
    return [f"{step}: {read[0]}" for read in reads for step in plan(read) if step.startswith("SCAN")]
