"""Very many schedules, on all processors."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

from dev.simulator.schedule import Outcome, Schedule

AT_A_TIME = 100  # Schedules that a process runs before it reports.


@dataclass(slots=True)
class Exploration:
    """What came of schedules."""

    schedules: int = 0
    seen: Counter[str] = field(default_factory=Counter)  # What happened in them, and how often.
    slowest: float = 0.0  # Seconds from the last fault until everything had come to its end.
    violating: list[Outcome] = field(default_factory=list)

    def add(self, outcomes: Sequence[Outcome]) -> None:
        """Count some more."""
        for outcome in outcomes:
            self.schedules += 1
            self.seen.update(outcome.seen)
            self.slowest = max(self.slowest, outcome.seconds)
            if outcome.violations:
                self.violating.append(outcome)


def explore(seeds: Sequence[int], processes: int) -> Iterator[Exploration]:
    """Run the schedules of all seeds. Yields the same exploration, grown, from time to time and at the end."""
    exploration = Exploration()
    chunks = [seeds[start : start + AT_A_TIME] for start in range(0, len(seeds), AT_A_TIME)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for part in pool.map(_run, chunks):
            exploration.schedules += part.schedules
            exploration.seen.update(part.seen)
            exploration.slowest = max(exploration.slowest, part.slowest)
            exploration.violating += part.violating
            yield exploration


def _run(seeds: Sequence[int]) -> Exploration:
    exploration = Exploration()
    exploration.add([Schedule(seed).run() for seed in seeds])
    return exploration
