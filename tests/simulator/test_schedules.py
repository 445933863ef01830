"""Two thousand schedules of the real rules: every property holds, and everything happened that has to."""

import re
from collections import Counter
from pathlib import Path

import pytest

from chassis.settings import REPOSITORY
from dev.simulator.coverage import missing
from dev.simulator.exploration import Exploration
from dev.simulator.schedule import Schedule
from dev.simulator.summary import summary, violated

SCHEDULES = 2000
FIRST = 1
# The code says where the lab may kill a process. What the simulator has no such place for, and why.
ELSEWHERE = {
    "edge.before_call": "clients come by gRPC, which loses the same calls",
    "edge.before_reply": "clients come by gRPC, which loses the same replies",
    "product.reserving_line": "the lines of a hold are taken in one transaction, and the simulator's is atomic",
}


@pytest.fixture(scope="module")
def exploration() -> Exploration:
    explored = Exploration()
    explored.add([Schedule(seed).run() for seed in range(FIRST, FIRST + SCHEDULES)])
    return explored


def test_every_property_holds_in_every_schedule(exploration: Exploration) -> None:
    assert exploration.schedules == SCHEDULES
    for outcome in exploration.violating[:1]:
        pytest.fail("\n".join([violated(outcome), *Schedule(outcome.seed, telling=True).run().story]))


def test_every_kind_of_fault_happened_and_every_step_of_the_table_was_taken(exploration: Exploration) -> None:
    assert missing(exploration.seen) == []


def test_everything_comes_to_its_end_in_time(exploration: Exploration) -> None:
    assert 0.0 < exploration.slowest < 30.0


def test_processes_can_die_wherever_the_code_lets_the_lab_kill_them(exploration: Exploration) -> None:
    passed = {name.removeprefix("passed ") for name in exploration.seen if name.startswith("passed ")}
    for failpoint in _failpoints():
        # A name may have a part that is filled in.
        pattern = re.sub(r"\\\{.*?\\\}", r"\\w+", re.escape(failpoint))
        assert failpoint in ELSEWHERE or any(re.fullmatch(pattern, name) for name in passed), failpoint


def test_processes_died_at_most_points(exploration: Exploration) -> None:
    died = Counter(name.split()[0] for name in exploration.seen if name.startswith(("crash at ", "passed ")))

    assert died["crash"] > 0.9 * died["passed"]
    assert "deaths at points" in summary(exploration)


def _failpoints() -> set[str]:
    """As they are written in the code of the services and of what the worker of each does."""
    files = [*REPOSITORY.glob("*_service/**/*.py"), *(REPOSITORY / "chassis").glob("**/*.py")]
    found = {
        name for file in files if _is_code(file) for name in re.findall(r' failpoint\(f?"([^"]+)"\)', file.read_text())
    }
    assert len(found) > 20
    return found


def _is_code(file: Path) -> bool:
    return "tests" not in file.parts and file.name != "failpoints.py"
