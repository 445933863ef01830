"""Transactions whose failure leaves nothing behind, in memory as little as in the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Model

Kept = tuple[Model, dict[str, Any], dict[str, Any], dict[str, Any]]


@contextmanager
def committing(*instances: Model) -> Iterator[None]:
    """Change `instances` and commit. After a failed commit, they are in memory as they were before.

    Django rolls the database back, and leaves the objects as they were changed: whoever goes on with one would decide
    by what never came true. Use it wherever an object is changed in a transaction and may be used after it.
    """
    kept = [_kept(instance) for instance in instances]
    try:
        with transaction.atomic(durable=True):
            yield
    except BaseException:
        for each in kept:
            _restore(*each)
        raise


def _kept(instance: Model) -> Kept:
    state = instance._state  # noqa: SLF001  Where Django keeps the objects that it has looked up for relations.
    return instance, dict(instance.__dict__), dict(state.__dict__), dict(state.fields_cache)


def _restore(instance: Model, values: dict[str, Any], state: dict[str, Any], related: dict[str, Any]) -> None:
    instance.__dict__.clear()
    instance.__dict__.update(values)
    instance._state.__dict__.update(state)  # noqa: SLF001
    instance._state.fields_cache = related  # noqa: SLF001
