"""`make chaos`: every experiment of the failure lab, on real processes, with a table at the end.

`python -m dev.lab [experiment]… [--seed N] [--orders N] [--kills N] [--quick]`; without a name, all.
"""

import argparse
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from dev.lab.client import Client
from dev.lab.experiments.base import Bench, Result
from dev.lab.laboratory import laboratory
from dev.lab.people import cast
from dev.lab.plan import CHAOS, IN_TESTS, Experiment, Search, experiments, searches
from dev.lab.table import lines, progress


def main(arguments: list[str]) -> int:
    """Run what the command line names; 1 if anything was wrong."""
    options = parsed(arguments)
    sizes = IN_TESTS if options.quick else replace(CHAOS, orders=options.orders, kills=options.kills)
    plan = {**on_shops(experiments(sizes, options.seed)), **searches(sizes, options.seed)}
    if unknown := set(options.experiments) - set(plan):
        sys.exit(f"There is no experiment {', '.join(sorted(unknown))}, but {', '.join(plan)}.")
    started = time.monotonic()
    print(f"seed {options.seed}; {os.cpu_count()} processors, Python {platform.python_version()}", flush=True)
    results = run({name: plan[name] for name in options.experiments or plan})
    print("", *lines(results), sep="\n")
    print(f"\ntook {(time.monotonic() - started) / 60:.0f} min; the same again: make chaos SEED={options.seed}")
    return 1 if any(result.wrong for result in results) else 0


def parsed(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="dev.lab", description=__doc__)
    parser.add_argument("experiments", nargs="*", help="which to run, in this order")
    parser.add_argument("--seed", type=int, default=1, help="what orders and faults are drawn from")
    parser.add_argument("--orders", type=int, default=20_000, help="how many are placed while processes are killed")
    parser.add_argument("--kills", type=int, default=200, help="how many processes are killed meanwhile")
    parser.add_argument("--quick", action="store_true", help="as little as in `make test`")
    return parser.parse_args(arguments)


def run(plan: Mapping[str, Search]) -> list[Result]:
    """Run what is planned, one after the other, and say how each ended."""
    results = []
    say = progress()
    for search in plan.values():
        for result in search(say):
            say("")
            print("\n".join(lines([result])), flush=True)
            results.append(result)
    return results


def on_shops(plan: Mapping[str, Experiment]) -> dict[str, Search]:
    """Each experiment on a shop of its own."""

    def on_a_shop(experiment: Experiment, say: Callable[[str], None]) -> Iterator[Result]:
        with tempfile.TemporaryDirectory(prefix="shop-lab-") as folder, laboratory(Path(folder)) as lab:
            yield from experiment(Bench(lab, cast(lab.shop), Client(lab.shop), say))

    return {name: partial(on_a_shop, experiment) for name, experiment in plan.items()}


if __name__ == "__main__":
    # Whoever is told to stop ends the shop's processes first, which are no children of the terminal's.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
