"""Whether the lab would notice: planted bugs, each in a shop of its own, in the storm that the shop has to bear."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from dev.lab.client import Client
from dev.lab.experiments.base import Bench, Result
from dev.lab.experiments.storm import storm
from dev.lab.laboratory import laboratory
from dev.lab.mutants import MUTANTS
from dev.lab.people import cast

RUNS = 3  # In which a bug must have been seen.
ORDERS = 90


def hunt(mutant: str, *, seed: int, say: Callable[[str], None]) -> Result:
    """Look for one bug, by up to three storms of different seeds. It is wrong not to find it."""
    result = Result(f"planted: {mutant}", seed, MUTANTS[mutant].sentence, verdict="caught")
    for run in range(RUNS):
        say(f"{mutant}: run {run + 1}")
        with tempfile.TemporaryDirectory(prefix="shop-lab-") as folder, laboratory(Path(folder), mutant) as lab:
            seen = storm(Bench(lab, cast(lab.shop), Client(lab.shop), say), seed=seed + run, orders=ORDERS)
        if seen.wrong:
            result.seen = f"caught in run {run + 1}: {seen.wrong[0]} ({len(seen.wrong)} in all)"
            return result
    result.require(False, f"not noticed in {RUNS} runs")
    return result
