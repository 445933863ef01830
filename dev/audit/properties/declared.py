"""What a property is, and what it says of a shop that breaks it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from dev.audit.evidence import Evidence

Fault: TypeAlias = tuple[str, str]  # What is wrong, as an order's id, and a sentence about it.
Check: TypeAlias = Callable[[Evidence], Iterator[Fault]]


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One way in which a property does not hold."""

    code: str  # The property's, as in "S1".
    thing: str  # An order's id, or what is wrong where no order is known: as in "product 7ea0…".
    sentence: str

    def __str__(self) -> str:
        return f"{self.code} {self.thing}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Property:
    """Something that must hold. Calling it gives every violation that the evidence shows."""

    code: str
    meaning: str
    things: str  # What it looks at, as in "products".
    look_at: Callable[[Evidence], int]  # How many of those there are.
    checks: tuple[Check, ...]

    def __call__(self, evidence: Evidence) -> list[Violation]:
        return [Violation(self.code, thing, said) for check in self.checks for thing, said in check(evidence)]
