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

    def __init__(self, model: type[M], key: str, *, only: Sequence[str] = (), parent: str = "") -> None:
        """`key` names the unique field, `only` the fields to read: with none, all of them.

        `parent` names a foreign key, never null, whose row is read along; `only` has its fields as "parent__field".
        Raises ValueError if the key is not unique.
        """
        self._model = model
        self._key = cast("models.Field[Any, Any]", model._meta.get_field(key))
        if not self._key.unique:
            raise ValueError(f"a hot read finds one row, and many may have the same {key}")
        self._only = only
        self._parent = cast("models.ForeignKey[Any, Any]", model._meta.get_field(parent)) if parent else None
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
        found = self._model.from_db(read.connection.alias, read.names, values[: len(read.names)])
        if self._parent:
            theirs = self._parent.related_model.from_db(
                read.connection.alias, read.parent_names, values[len(read.names) :]
            )
            self._parent.set_cached_value(found, theirs)
        return found

    def _read(self, connection: BaseDatabaseWrapper, value: Any) -> "_Read":
        read: _Read | None = getattr(self._compiled, connection.alias, None)
        if read is None or read.connection is not connection:
            read = self._compile(connection, value)
            setattr(self._compiled, connection.alias, read)
        return read

    def _compile(self, connection: BaseDatabaseWrapper, value: Any) -> "_Read":
        rows = self._model._default_manager.filter(**{self._key.name: value}).order_by()
        if self._parent:
            rows = rows.select_related(self._parent.name)
        query = rows.only(*self._only).query if self._only else rows.query
        compiler = query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        if len(parameters) != 1:
            raise ValueError(f"{self._key.name}={value!r} is not found by comparing it")
        columns = [column for column, _, _ in compiler.select]
        names = [column.target.attname for column in columns]
        own = len(compiler.klass_info["select_fields"])
        return _Read(connection, compiler, sql, names[:own], names[own:], compiler.get_converters(columns))


class _Read(NamedTuple):
    connection: BaseDatabaseWrapper
    compiler: SQLCompiler
    sql: str
    names: list[str]
    parent_names: list[str]
    converters: dict[int, Any]
