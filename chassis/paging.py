"""Keyset pages: each begins after the last row of the one before, so rows that come and go shift nothing."""

import hashlib
import json
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

from django.core import signing
from django.db import models
from django.db.models import Q

from chassis import call
from chassis.errors import InvalidArgument

DEFAULT_SIZE = 20
LARGEST_SIZE = 100

M = TypeVar("M", bound=models.Model)


class InvalidPageToken(InvalidArgument):
    """The page token is not one of this list's."""


class ListRequest(Protocol):
    """A request for a page, as every List method has one."""

    page_size: int
    page_token: str

    def SerializeToString(self, *, deterministic: bool = ...) -> bytes:  # noqa: N802
        """The message's bytes."""


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some rows of a list."""

    items: list[M]
    next_token: str  # Empty on the last page.


def page_for(request: ListRequest, queryset: models.QuerySet[M], *, order: Sequence[str]) -> Page[M]:
    """The page that `request` asks for. Its token is good for this method, these filters and this caller alone.

    Raises InvalidPageToken, RuntimeError outside a call.
    """
    answered = call.answered()
    filters = deepcopy(request)
    filters.page_size, filters.page_token = 0, ""
    scope = json.dumps(
        [answered.method.path, answered.caller.name, filters.SerializeToString(deterministic=True).hex()]
    )
    return page(queryset, order=order, size=request.page_size, token=request.page_token, scope=scope)


def page(queryset: models.QuerySet[M], *, order: Sequence[str], size: int, token: str, scope: str) -> Page[M]:
    """`size` rows in `order` (0 means 20, more than 100 means 100), after those of the page that gave `token`.

    `order` names fields of the model, with a minus for descending; none of them nullable and the last one unique.
    Their values must be written by Django, not by the database's clock: SQLite compares times as text.
    `scope` says which list this is; a token of another one raises InvalidPageToken.
    """
    size = min(size, LARGEST_SIZE) if size > 0 else DEFAULT_SIZE
    keys = [_Key(queryset.model, name) for name in order]
    if not keys[-1].field.unique:
        raise ValueError(f"pages by {order} would skip rows: its last field must be unique")
    seal = _Seal(f"{scope} by {','.join(order)}")
    if token:
        queryset = queryset.filter(_after(keys, seal.open(token)))
    rows = list(queryset.order_by(*order)[: size + 1])
    if len(rows) <= size:
        return Page(rows, "")
    return Page(rows[:size], seal.close([key.field.value_to_string(rows[size - 1]) for key in keys]))


class _Key:
    def __init__(self, model: type[models.Model], name: str) -> None:
        self.name = name.removeprefix("-")
        self.beyond = "lt" if name.startswith("-") else "gt"
        self.field = cast("models.Field[Any, Any]", model._meta.get_field(self.name))


def _after(keys: Sequence[_Key], values: Sequence[str]) -> Q:
    """What comes after these values. The outer comparison is redundant, but an index can use it."""
    key, value = keys[0], keys[0].field.to_python(values[0])
    beyond = Q(**{f"{key.name}__{key.beyond}": value})
    if len(keys) == 1:
        return beyond
    return Q(**{f"{key.name}__{key.beyond}e": value}) & (beyond | _after(keys[1:], values[1:]))


class _Seal:
    """Makes and checks the tokens of one list."""

    def __init__(self, scope: str) -> None:
        self.digest = hashlib.sha256(scope.encode()).hexdigest()[:32]
        # Without the time in it, so that the same page has the same token whenever it is asked for.
        self.signer = signing.Signer(salt=__name__)

    def close(self, values: list[str]) -> str:
        return self.signer.sign_object([self.digest, values], serializer=_Utf8Json, compress=True)

    def open(self, token: str) -> list[str]:
        try:
            digest, values = self.signer.unsign_object(token, serializer=_Utf8Json)
        except signing.BadSignature as error:
            raise InvalidPageToken from error
        if digest != self.digest:
            raise InvalidPageToken
        return list(values)


class _Utf8Json:
    """Django's own escapes all but ASCII, and a long name would no longer fit in a `page_token`."""

    def dumps(self, value: object) -> bytes:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)
