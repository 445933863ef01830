"""The verdict on a shop: every property, and what breaks it."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from dev.audit.evidence import Evidence, Terms
from dev.audit.history import Told
from dev.audit.properties import PROPERTIES, Property, Violation
from dev.audit.properties.liveness import L1, open_work
from dev.audit.reading import read

PAUSE = 0.5  # Seconds between two looks at a shop that has not come to its end yet.


@dataclass(frozen=True, slots=True)
class Finding:
    """What there is to say of one property."""

    subject: Property
    seen: int  # How many things it was asked of.
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What there is to say of a shop."""

    findings: tuple[Finding, ...]
    under_way: int  # Pieces of work that are not finished, and not overdue either unless L1 says so.
    moving: int  # How many things changed while they were looked at, and were not judged whole.
    waited: float  # Seconds until the look that it was made of: longer if work was overdue, and got some patience.

    @property
    def violations(self) -> tuple[Violation, ...]:
        """All of them."""
        return tuple(each for finding in self.findings for each in finding.violations)

    @property
    def holds(self) -> bool:
        """Whether every property does."""
        return not self.violations


def audit(
    data: Path,
    *,
    history: Iterable[Told] = (),
    terms: Terms | None = None,
    patience: float = 0.0,
    pause: Callable[[float], object] = time.sleep,
) -> Verdict:
    """Judge the shop whose data folder is `data`, be it at work or not. Changes nothing. Raises NoEvidence.

    `history` is what clients were told so far. Overdue work gets `patience` more seconds to come to its end, as after
    a fault that has just been mended: the verdict is that of the last look.
    """
    started, told = time.monotonic(), tuple(history)
    while True:
        waited = time.monotonic() - started
        verdict = judge(read(data, told, terms), waited=waited)
        only_late = all(violation.code == L1.code for violation in verdict.violations)
        if verdict.holds or not only_late or waited >= patience:
            return verdict
        pause(PAUSE)


def judge(evidence: Evidence, waited: float = 0.0) -> Verdict:
    """What the evidence says of every property."""
    return Verdict(
        findings=tuple(Finding(each, each.look_at(evidence), tuple(each(evidence))) for each in PROPERTIES),
        under_way=sum(1 for _ in open_work(evidence)),
        moving=len(evidence.moving),
        waited=waited,
    )
