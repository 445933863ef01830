"""The same properties over very many schedules, in simulated time."""

import os
from collections.abc import Callable

from dev.lab.experiments.base import Result
from dev.simulator.exploration import Exploration, explore
from dev.simulator.summary import lacks, violated


def simulated(*, seed: int, schedules: int, say: Callable[[str], None]) -> Result:
    """Run schedules on all processors; wrong are those that break a property, and what never happened."""
    exploration = Exploration()
    for exploration in explore(range(seed, seed + schedules), os.cpu_count() or 1):
        say(f"simulator: {exploration.schedules} of {schedules} schedules")
    result = Result("simulated schedules", seed, f"{exploration.schedules} schedules")
    result.orders_at_rest = result.at_rest = exploration.slowest
    result.wrong = [*map(violated, exploration.violating), *lacks(exploration)]
    return result
