"""Makes databases look as they would if the shop had a bug."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple, Self
from uuid import UUID

from dev.audit.evidence import Terms
from dev.audit.verdict import audit
from tests.audit.story import Story


class Table(NamedTuple):
    """A table of the shop, or of a provider's."""

    file: str
    name: str


ORDERS = Table("order_service/db.sqlite3", "orders_order")
LINES = Table("order_service/db.sqlite3", "orders_orderline")
TIMELINE = Table("order_service/db.sqlite3", "orders_timelineentry")
REFUNDS = Table("order_service/db.sqlite3", "orders_refund")
OUTBOX = Table("order_service/db.sqlite3", "outbox_outboxmessage")
PAYMENTS = Table("order_service/provider.sqlite3", "sandbox_ledgerentry")
PRODUCTS = Table("product_service/db.sqlite3", "products_product")
MOVEMENTS = Table("product_service/db.sqlite3", "products_stockmovement")
RESERVATIONS = Table("product_service/db.sqlite3", "products_reservation")
RESERVED = Table("product_service/db.sqlite3", "products_reservationline")
INBOX = Table("notification_service/db.sqlite3", "inbox_inboxmessage")
NOTIFICATIONS = Table("notification_service/db.sqlite3", "notifications_notification")
PREFERENCES = Table("notification_service/db.sqlite3", "notifications_preference")
MESSAGES = Table("notification_service/provider.sqlite3", "sandbox_ledgerentry")


class Doctor:
    """Changes a copy of the databases of a story, in SQL that names orders by what became of them, as in `:paid`."""

    def __init__(self, data: Path, story: Story) -> None:
        self.data = data
        self.story = story
        self.told = list(story.told)  # What clients were told, to be doctored too.
        self.ids = {name.replace(" ", "_"): UUID(order_id).hex for name, order_id in story.orders.items()}

    def loosen(self, table: Table) -> Self:
        """Take every constraint off a table, as if nobody had thought of them."""
        with self._opened(table) as database:
            database.execute(f"CREATE TABLE loose AS SELECT * FROM {table.name}")  # noqa: S608  A name from above.
            database.execute(f"DROP TABLE {table.name}")
            database.execute(f"ALTER TABLE loose RENAME TO {table.name}")
        return self

    def change(self, table: Table, where: str, **changes: str) -> None:
        """Give the rows that `where` finds other values, each of them SQL."""
        values = ", ".join(f"{column} = {value}" for column, value in changes.items())
        self._run(table, f"UPDATE {table.name} SET {values} WHERE {where}")  # noqa: S608  The tests' own words.

    def delete(self, table: Table, where: str) -> None:
        """Delete the rows that `where` finds."""
        self._run(table, f"DELETE FROM {table.name} WHERE {where}")  # noqa: S608

    def copy(self, table: Table, where: str, **changes: str) -> None:
        """Add rows like those that `where` finds, but for `changes`, each of them SQL."""
        with self._opened(table) as database:
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table.name})")]
        values = ", ".join(changes.get(column, column) for column in columns)
        self._run(table, f"INSERT INTO {table.name} SELECT {values} FROM {table.name} WHERE {where}")  # noqa: S608

    def find(self, table: Table, column: str, where: str) -> str:
        """The one value of a column in the rows that `where` finds, as the database has it."""
        with self._opened(table) as database:
            found = database.execute(f"SELECT DISTINCT {column} FROM {table.name} WHERE {where}", self.ids)  # noqa: S608
            [(value,)] = found.fetchall()
            return str(value)

    def caught(self, code: str) -> set[str]:
        """Of what the auditor says that it breaks the property `code`: orders by what became of them, or its words."""
        verdict = audit(self.data, history=self.told, terms=Terms(customers_unchanged=True))
        names = {order_id: name for name, order_id in self.story.orders.items()}
        return {names.get(each.thing, each.thing) for each in verdict.violations if each.code == code}

    def _run(self, table: Table, statement: str) -> None:
        with self._opened(table) as database:
            assert database.execute(statement, self.ids).rowcount, f"nothing is like that: {statement}"

    @contextmanager
    def _opened(self, table: Table) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.data / table.file)) as connection, connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            yield connection
