"""`make race`: 1,000 buyers at once for 100 units, in a shop of its own, and who got them."""

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from dev.lab.client import Client
from dev.lab.experiments.base import Bench
from dev.lab.experiments.races import hot_item
from dev.lab.laboratory import laboratory
from dev.lab.people import cast
from dev.lab.table import lines, progress


def main(arguments: list[str]) -> int:
    """Hold the race; 1 if it was not won by exactly as many as there were units."""
    parser = argparse.ArgumentParser(prog="dev.lab.race", description=__doc__)
    parser.add_argument("--buyers", type=int, default=1000)
    parser.add_argument("--units", type=int, default=100)
    options = parser.parse_args(arguments)
    print("Opening a shop of its own ...", flush=True)
    with tempfile.TemporaryDirectory(prefix="shop-race-") as folder, laboratory(Path(folder)) as lab:
        bench = Bench(lab, cast(lab.shop), Client(lab.shop), progress())
        started = time.monotonic()
        result = hot_item(bench, seed=1, buyers=options.buyers, units=options.units)
        bench.say("")
        print("\n".join(lines([result])))
        print(f"took {time.monotonic() - started:.0f} s")
    return 1 if result.wrong else 0


if __name__ == "__main__":
    # Whoever is told to stop ends the shop's processes first, which are no children of the terminal's.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
