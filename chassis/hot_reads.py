"""Reads so frequent that writing their SQL anew each time would cost ten times what running it does."""

import threading
from collections.abc import Sequence
from typing import Any, Generic, NamedTuple, TypeVar, cast

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=models.Model)


class HotRead(Generic[M]):
    """Finds one row by the value of one unique field.

    `find_product = HotRead(Product, "id")`, once for a process; then `find_product(product_id)` is a Product or None,
    as `Product.objects.filter(id=product_id).first()` would be, from the database that the routers say.
    """

    def __init__(self, model: type[M], key: str, *, only: Sequence[str] = ()) -> None:
        """`key` names the unique field, `only` the fields to read: with none, all of them.

        Raises ValueError if the field is not unique.
        """
        self._model = model
        self._key = cast("models.Field[Any, Any]", model._meta.get_field(key))
        if not self._key.unique:
            raise ValueError(f"a hot read finds one row, and many may have the same {key}")
        self._only = only
        # What is compiled belongs to a connection, and a connection to a thread.
        self._compiled = threading.local()

    def __call__(self, value: Any) -> M | None:
        """The row whose key is `value`, None if there is none."""
        read = self._read(connections[router.db_for_read(self._model)], value)
        with read.connection.cursor() as cursor:
            cursor.execute(read.sql, [self._key.get_db_prep_value(value, read.connection)])
            row = cursor.fetchone()
        if row is None:
            return None
        [values] = read.compiler.apply_converters([row], read.converters)
        return self._model.from_db(read.connection.alias, read.names, values)

    def _read(self, connection: BaseDatabaseWrapper, value: Any) -> "_Read":
        read: _Read | None = getattr(self._compiled, connection.alias, None)
        if read is None or read.connection is not connection:
            read = self._compile(connection, value)
            setattr(self._compiled, connection.alias, read)
        return read

    def _compile(self, connection: BaseDatabaseWrapper, value: Any) -> "_Read":
        rows = self._model._default_manager.filter(**{self._key.name: value}).order_by()
        query = rows.only(*self._only).query if self._only else rows.query
        compiler = query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        if len(parameters) != 1:
            raise ValueError(f"{self._key.name}={value!r} is not found by comparing it")
        columns = [column for column, _, _ in compiler.select]
        names = [column.target.attname for column in columns]
        return _Read(connection, compiler, sql, names, compiler.get_converters(columns))


class _Read(NamedTuple):
    connection: BaseDatabaseWrapper
    compiler: SQLCompiler
    sql: str
    names: list[str]
    converters: dict[int, Any]
