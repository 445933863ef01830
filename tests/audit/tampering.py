"""Every way to change, lose or double one single thing in the evidence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from dev.audit.evidence import Evidence

UNHEARD_OF = "unheard-of"


@dataclass(frozen=True)
class Tampering:
    """One thing that was done to sound evidence."""

    what: str  # As in "Order.version", "no Order.total_minor", "lost Order" or "doubled Order".
    record: Any  # Whose it is, as it was.
    evidence: Evidence  # As it is then.


def tamperings(evidence: Evidence) -> Iterator[Tampering]:
    """All of them, one at a time."""
    for collection in fields(evidence):
        records = getattr(evidence, collection.name)
        if isinstance(records, tuple) and collection.name != "told":
            for what, position, changed in _among(records):
                changes: dict[str, Any] = {collection.name: changed}
                yield Tampering(what, records[position], replace(evidence, **changes))


def _among(records: tuple[Any, ...]) -> Iterator[tuple[str, int, tuple[Any, ...]]]:
    """What is done to which of the records, and all of them then."""
    known = _known(records)
    for position, record in enumerate(records):
        before, after = records[:position], records[position + 1 :]
        name = type(record).__name__
        yield f"lost {name}", position, (*before, *after)
        yield f"doubled {name}", position, (*before, record, record, *after)
        for what, other in _others(record, known):
            yield what, position, (*before, other, *after)


def _others(record: Any, known: Mapping[str, set[Any]]) -> Iterator[tuple[str, Any]]:
    """Records that are like this one but for one value."""
    for field in fields(record):
        value, name = getattr(record, field.name), f"{type(record).__name__}.{field.name}"
        if isinstance(value, tuple):
            for what, _, parts in _among(value):
                yield what, replace(record, **{field.name: parts})
            continue
        for other in _instead_of(value, known[field.name], str(field.type)):
            yield name, replace(record, **{field.name: other})
        if value is not None and "None" in str(field.type):
            yield f"no {name}", replace(record, **{field.name: None})


def _instead_of(value: Any, known: set[Any], annotation: str) -> Iterator[Any]:
    match value:
        case int():
            yield from (value + 1, value - 1)
        case float():
            yield 0.0
        case None if "int" in annotation:
            yield 1
        case None if "float" in annotation:
            yield 0.0
        case str() | None:
            # What another record has is more plausible than what none has.
            yield from [*sorted(known - {value, None})[:1], UNHEARD_OF]
        case frozenset():
            yield from sorted(known - {value}, key=sorted)


def _known(records: tuple[Any, ...]) -> Mapping[str, set[Any]]:
    """What the records have in each field."""
    names = [field.name for field in fields(records[0])] if records else []
    found = {name: [getattr(record, name) for record in records] for name in names}
    return {name: {value for value in values if not _has_parts(value)} for name, values in found.items()}


def _has_parts(value: Any) -> bool:
    return isinstance(value, tuple) and any(is_dataclass(part) for part in value)
