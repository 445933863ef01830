"""`make bench`: how fast the shop is, as ratios of one run. `python -m dev.bench [measurement]…`; without one, all."""

import os
import platform
import sys
import tempfile
import time
from pathlib import Path

from dev.bench import get_product, lists, place_order, validate_user
from dev.bench.load import calling
from dev.bench.servers import Bench, prepared_data
from dev.bench.table import HEAD

MEASUREMENTS = {
    "validate_user": validate_user.measure,
    "get_product": get_product.measure,
    "place_order": place_order.measure,
    "lists": lists.measure,
}


def main(names: list[str]) -> None:
    """Measure what `names` says, and print a line as soon as there is one."""
    if unknown := [name for name in names if name not in MEASUREMENTS]:
        sys.exit(f"There is no measurement {', '.join(unknown)}, but {', '.join(MEASUREMENTS)}.")
    started = time.monotonic()
    print(f"{os.cpu_count()} processors, Python {platform.python_version()}; medians of turns on a busy machine differ")
    print(f"\n{HEAD}", flush=True)
    with tempfile.TemporaryDirectory(prefix="shop-bench-") as folder, calling() as callers:
        bench = Bench(callers, Path(folder), prepared_data(Path(folder) / "prepared"))
        for name in names or MEASUREMENTS:
            for line in MEASUREMENTS[name](bench):
                print(line, flush=True)
    print(f"\ntook {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
