"""`make test`: every suite in a process and a data folder of its own, and one sum at the end.

`python -m dev.test [suite]… [-- an argument of pytest…]`; without a name, all suites run.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from chassis.settings import PORTS, REPOSITORY

NO_TESTS = 5  # pytest's exit code when it found none.

# What suites of tests/ need of the services: the audit reads the saga's table, the lab its states,
# and the simulator walks it.
ENVIRONMENTS = {name: {"PYTHONPATH": str(REPOSITORY / "order_service")} for name in ("audit", "lab", "simulator")}


@dataclass(frozen=True, slots=True)
class Suite:
    """Tests that run in one process."""

    name: str
    folder: Path  # Where pytest starts.
    tests: str  # Below `folder`.
    settings: str  # The Django settings that they run under.
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sum:
    """How many tests ended in which way; an error counts as a failure."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def suites() -> list[Suite]:
    """The chassis's, one for each service, and one for each folder of tests/."""
    common = sorted(init.parent.name for init in (REPOSITORY / "tests").glob("*/__init__.py"))
    return [
        Suite("chassis", REPOSITORY, "chassis/tests", "chassis.tests.settings"),
        *(Suite(name, REPOSITORY / name, "tests", "config.settings") for name in PORTS),
        *(
            Suite(name, REPOSITORY, f"tests/{name}", "chassis.tests.settings", ENVIRONMENTS.get(name, {}))
            for name in common
        ),
    ]


def main() -> int:
    """Run what the command line names; 1 if anything failed."""
    names, arguments = split(sys.argv[1:])
    known = {suite.name: suite for suite in suites()}
    if unknown := [name for name in names if name not in known]:
        sys.exit(f"There is no suite {', '.join(unknown)}, but {', '.join(known)}.")
    total = sum((run(known[name], arguments) for name in names or known), Sum())
    print(f"\n{total}", flush=True)
    return 1 if total.failed else 0


def split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """What comes before `--`, and what comes after it."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:cut], arguments[cut + 1 :]


def run(suite: Suite, arguments: list[str]) -> Sum:
    """Run one suite and show what pytest says."""
    print(f"\n== {suite.name} ==", flush=True)
    with tempfile.TemporaryDirectory(prefix="shop-test-") as scratch:
        report = Path(scratch) / "report.xml"
        command = [sys.executable, "-m", "pytest", suite.tests, f"--ds={suite.settings}", f"--junitxml={report}"]
        environment = {**os.environ, "DATA_DIR": scratch, **suite.environment}
        finished = subprocess.run([*command, *arguments], cwd=suite.folder, env=environment, check=False)
        counted = count(report)
    if was_cut_short(finished.returncode, counted, selective=bool(arguments)):
        print(f"{suite.name}: pytest ended with exit code {finished.returncode}")
        counted += Sum(failed=1)
    return counted


def count(report: Path) -> Sum:
    """The sum of a JUnit report; of nothing if there is none."""
    total = Sum()
    for case in ElementTree.parse(report).iter("testcase") if report.exists() else ():
        ways = {child.tag for child in case}
        if ways & {"failure", "error"}:
            total += Sum(failed=1)
        elif "skipped" in ways:
            total += Sum(skipped=1)
        else:
            total += Sum(passed=1)
    return total


def was_cut_short(exit_code: int, counted: Sum, *, selective: bool) -> bool:
    """Whether pytest failed without a failed test to show for it. An argument like -k may leave a suite no test."""
    return exit_code != 0 and not counted.failed and not (selective and exit_code == NO_TESTS)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
