"""One database as it is at one moment, for reading only."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Row = dict[str, Any]
KEYS = ("id", "key", "asked_by", "placed_by")  # Columns of ids, besides those that end in "_id".


class NoEvidence(Exception):  # noqa: N818  Named for what it says to the person who asked for an audit.
    """There is nothing to audit, or not all of it."""


class Snapshot:
    """Answers queries from one state of the database, whatever is written meanwhile."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def rows(self, query: str) -> list[Row]:
        """What a query finds, by the names of its columns: ids as `identity` and times as `moment` has them.

        Raises NoEvidence if the database has no such table or column.
        """
        try:
            cursor = self.connection.execute(query)
        except sqlite3.OperationalError as error:
            raise NoEvidence(f"{error}: has the shop been started since its code changed?") from error
        columns = [(column[0], _meaning(column[0])) for column in cursor.description]
        return [
            {name: meaning(value) for (name, meaning), value in zip(columns, values, strict=True)} for values in cursor
        ]


@contextmanager
def snapshot(file: Path) -> Iterator[Snapshot]:
    """The database in `file`, in one read transaction. Raises NoEvidence if there is none."""
    if not file.exists():
        raise NoEvidence(f"{file} is not there")
    # With PostgreSQL: a connection with `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`. The queries stay the same.
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)) as connection:
        # SQLite takes its view of the database at the first query after this.
        connection.execute("BEGIN")
        yield Snapshot(connection)


def identity(value: Any) -> str | None:
    """An id in the one form in which ids are compared; SQLite has a UUID as 32 digits."""
    text = None if value is None else str(value)
    if text is None or len(text) != 32:
        return text
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def moment(value: Any) -> float | None:
    """A time in seconds; SQLite has it as text, in UTC."""
    time = datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value
    return None if time is None else float(time.timestamp())


def _meaning(column: str) -> Callable[[Any], Any]:
    if column in KEYS or column.endswith("_id"):
        return identity
    return moment if column.endswith("_at") else lambda value: value
