"""`make simulate`: the shop in simulated time, with everything going wrong, by seed.

`--seed 7` tells the schedule of one seed in words; `--schedules 100000 --seed 1` runs very many on all processors.
"""

import argparse
import os
import sys
import time

from dev.simulator.exploration import Exploration, explore
from dev.simulator.schedule import Schedule
from dev.simulator.summary import lacks, summary, violated

EVERY = 5.0  # Seconds between two lines that say how far it is.


def main() -> int:
    """1 if a property does not hold, or if not all happened that has to."""
    parser = argparse.ArgumentParser(prog="python -m dev.simulator", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the schedule, or of the first one")
    parser.add_argument("--schedules", type=int, help="how many to run, of as many seeds; else one is told in words")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="at once; all processors by default")
    asked = parser.parse_args()
    if asked.schedules is None:
        return tell(asked.seed)
    return run(range(asked.seed, asked.seed + asked.schedules), asked.processes)


def tell(seed: int) -> int:
    """Tell one schedule in words."""
    outcome = Schedule(seed, telling=True).run()
    print(*outcome.story, sep="\n")
    print(violated(outcome) if outcome.violations else f"seed {seed}: every property holds")
    return 1 if outcome.violations else 0


def run(seeds: range, processes: int) -> int:
    """Run schedules, and say what they showed."""
    started = last = time.monotonic()
    exploration, told = Exploration(), 0
    for exploration in explore(seeds, processes):
        for outcome in exploration.violating[told:]:
            print(violated(outcome), flush=True)
        told = len(exploration.violating)
        if time.monotonic() > last + EVERY:
            last = time.monotonic()
            print(f"{exploration.schedules:,} schedules, {told} with violations", flush=True)
    seconds = time.monotonic() - started
    lacking = lacks(exploration)
    print(summary(exploration))
    print(
        f"{exploration.schedules:,} schedules of the seeds {seeds[0]} to {seeds[-1]} on {processes} processes in "
        f"{seconds:.0f} s, {exploration.schedules / seconds:.0f} a second; "
        f"everything was over {exploration.slowest:.1f} s after the last fault at the latest"
    )
    print(*lacking, f"{told} with violations" if told else "every property holds in each", sep="\n")
    return 1 if told or lacking else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
