"""`make test`: every suite in a process and a data folder of its own, and one sum at the end.

`python -m dev.test [suite]… [-- an argument of pytest…]`; without a name, all suites run.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from xml.etree import ElementTree

from chassis.settings import PORTS, REPOSITORY


@dataclass(frozen=True, slots=True)
class Suite:
    """Tests that run in one process."""

    name: str
    folder: Path  # Where pytest starts.
    tests: str  # Below `folder`.
    settings: str  # The Django settings they run under.


@dataclass(frozen=True, slots=True)
class Sum:
    """How many tests ended in which way; an error counts as a failure."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Self) -> "Sum":
        return Sum(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def suites() -> list[Suite]:
    """The chassis's, one for each service, and one for each folder of tests/."""
    of_services = [Suite(name, REPOSITORY / name, "tests", "config.settings") for name in PORTS]
    common = sorted(path.parent.name for path in (REPOSITORY / "tests").glob("*/__init__.py"))
    return [
        Suite("chassis", REPOSITORY, "chassis/tests", "chassis.tests.settings"),
        *of_services,
        *(Suite(name, REPOSITORY, f"tests/{name}", "chassis.tests.settings") for name in common),
    ]


def main() -> int:
    """Run what the command line names; 1 if anything failed."""
    names, arguments = split(sys.argv[1:])
    chosen = [suite for suite in suites() if not names or suite.name in names]
    if unknown := set(names) - {suite.name for suite in chosen}:
        sys.exit(f"No suite {', '.join(sorted(unknown))}: there are {', '.join(suite.name for suite in suites())}.")
    total = sum((run(suite, arguments) for suite in chosen), Sum())
    print(f"\n{total}", flush=True)
    return 1 if total.failed else 0


def split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """What comes before `--`, and what comes after it."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:cut], arguments[cut + 1 :]


def run(suite: Suite, arguments: list[str]) -> Sum:
    """Run one suite. A process that ends without a verdict, or without a test, is a failure."""
    print(f"\n== {suite.name} ==", flush=True)
    with tempfile.TemporaryDirectory(prefix="shop-test-") as scratch:
        report = Path(scratch) / "report.xml"
        command = [sys.executable, "-m", "pytest", suite.tests, f"--ds={suite.settings}", f"--junitxml={report}"]
        environment = {**os.environ, "DATA_DIR": scratch, "PYTHONUNBUFFERED": "1"}
        finished = subprocess.run([*command, *arguments], cwd=suite.folder, env=environment, check=False)
        counted = count(ElementTree.parse(report).iter("testcase")) if report.exists() else Sum()
    if finished.returncode == 0 or counted.failed:
        return counted
    # An argument like `-k` may leave a suite without a test of its own.
    if finished.returncode == pytest_found_nothing and arguments:
        return counted
    print(f"{suite.name}: pytest ended with exit code {finished.returncode}")
    return counted + Sum(failed=1)


pytest_found_nothing = 5


def count(cases: Iterable[ElementTree.Element]) -> Sum:
    """The sum of a report's test cases."""
    total = Sum()
    for case in cases:
        kinds = {child.tag for child in case}
        failed = bool(kinds & {"failure", "error"})
        skipped = not failed and "skipped" in kinds
        total += Sum(passed=not failed and not skipped, failed=failed, skipped=skipped)
    return total


if __name__ == "__main__":
    sys.exit(main())
