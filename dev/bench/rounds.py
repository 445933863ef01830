"""Two contestants in turns, in short rounds: the machine has other things to do, and has them for both."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from dev.bench.load import Burst, Callers, Load

ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Compared:
    """Medians over all rounds."""

    ours: float
    theirs: float
    ratio: float  # Ours to theirs: the median of the rounds' own ratios.


def in_turns(
    callers: Callers,
    ours: Load,
    theirs: Load,
    *,
    threads: int,
    seconds: float,
    value: Callable[[Burst], float],
    rounds: int = ROUNDS,
) -> Compared:
    """Compare a `value` of bursts of both, each `seconds` long and of as many `threads`."""
    pairs = [tuple(value(callers.burst(load, threads, seconds)) for load in (ours, theirs)) for _ in range(rounds)]
    return Compared(
        median(our for our, _ in pairs),
        median(their for _, their in pairs),
        median(our / their for our, their in pairs),
    )


def rate(burst: Burst) -> float:
    """Calls a second."""
    return burst.rate


def p50(burst: Burst) -> float:
    """The median latency, in milliseconds."""
    return burst.p50
