"""What a person reads at the end."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator

from dev.lab.experiments.base import Result

SHOWN = 10  # Of the sentences about what is wrong, for each experiment.


def lines(results: Iterable[Result]) -> Iterator[str]:
    """A paragraph for each experiment: what was done, what was seen, and the verdict."""
    for result in results:
        verdict = f"{len(result.wrong)} WRONG" if result.wrong else result.verdict
        rest = _rest(result) if result.at_rest else ""
        yield f"{result.name:<36}{verdict:<14}seed {result.seed:<6}{rest}".rstrip()
        yield f"    {result.done}"
        if result.seen:
            yield f"    {result.seen}"
        yield from (f"    ! {sentence}" for sentence in result.wrong[:SHOWN])
        if len(result.wrong) > SHOWN:
            yield f"    ! and {len(result.wrong) - SHOWN} more"


def progress() -> Callable[[str], None]:
    """Shows a line over the line before on a terminal; elsewhere one now and then."""
    if sys.stdout.isatty():
        return lambda line: print(f"\r\033[K{line}", end="", flush=True)
    last = [0.0]

    def now_and_then(line: str) -> None:
        if line and time.monotonic() - last[0] > 10:
            last[0] = time.monotonic()
            print(f"  {line}", flush=True)

    return now_and_then


def _rest(result: Result) -> str:
    return f"orders at rest after {result.orders_at_rest:.1f} s, all after {result.at_rest:.1f} s"
