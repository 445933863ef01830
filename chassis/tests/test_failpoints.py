"""Places where the failure lab interferes."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from chassis import failpoints
from chassis.failpoints import (
    Fault,
    InjectedError,
    Lab,
    ReplyLost,
    configure_failpoints,
    failpoint,
    faults,
    reply_passes,
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The lab's folder, which this process obeys."""
    configure_failpoints({"FAILPOINTS_DIR": str(tmp_path)}, production=False)
    yield tmp_path
    failpoints._lab = None  # noqa: SLF001  A process is configured once; the tests share one.


def arm(folder: Path, specification: str) -> None:
    (folder / "armed").write_text(specification)


def fired(folder: Path) -> list[str]:
    return [line.split()[0] for line in (folder / "fired").read_text().splitlines()]


def test_a_specification_names_action_argument_and_limit() -> None:
    assert faults("a.b:exit@1; c:delay:500\nd:drop_reply@5%\n") == {
        "a.b": Fault("a.b", "exit", limit="1"),
        "c": Fault("c", "delay", "500"),
        "d": Fault("d", "drop_reply", limit="5%"),
    }


@pytest.mark.parametrize("nonsense", ["a", "a:explode", "a:exit@x", ":exit", "a:exit@1 b:exit"])
def test_nonsense_is_refused(nonsense: str) -> None:
    with pytest.raises(ValueError, match="not a failpoint"):
        faults(nonsense)


def test_nothing_happens_where_nothing_is_armed(folder: Path) -> None:
    failpoint("a")
    arm(folder, "b:error")
    failpoint("a")
    reply_passes()

    assert not (folder / "fired").exists()


def test_arming_and_disarming_is_noticed_while_the_process_runs(folder: Path) -> None:
    arm(folder, "a:error")
    with pytest.raises(InjectedError, match="a"):
        failpoint("a")
    arm(folder, "")
    failpoint("a")

    assert fired(folder) == ["a:error"]


def test_a_limit_counts_over_all_processes(folder: Path) -> None:
    arm(folder, "a:error@2")
    Lab(folder, {}).takes_place(Fault("a", "error", limit="2"))
    with pytest.raises(InjectedError):
        failpoint("a")
    failpoint("a")

    assert len(fired(folder)) == 2


def test_a_delay_takes_its_time(folder: Path) -> None:
    arm(folder, "a:delay:30")
    started = time.monotonic()
    failpoint("a")

    assert time.monotonic() - started >= 0.03


def test_the_next_reply_is_lost_and_only_that(folder: Path) -> None:
    arm(folder, "a:drop_reply")
    failpoint("a")
    with pytest.raises(ReplyLost, match="lost by a"):
        reply_passes()
    reply_passes()


def test_a_killed_process_leaves_word_of_it(tmp_path: Path) -> None:
    arm(tmp_path, "a:exit@1")
    code = (
        "from chassis.failpoints import configure_failpoints, failpoint\n"
        f"configure_failpoints({{'FAILPOINTS_DIR': {str(tmp_path)!r}}}, production=False)\n"
        "failpoint('a')\n"
    )

    assert [subprocess.run([sys.executable, "-c", code], check=False).returncode for _ in range(2)] == [137, 0]
    assert fired(tmp_path) == ["a:exit@1"]


@pytest.mark.parametrize("environment", [{"FAILPOINTS": "a:exit"}, {"FAILPOINTS_DIR": "anywhere"}])
def test_production_does_not_start_with_failpoints(environment: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured, match="not for production"):
        configure_failpoints(environment, production=True)


def test_the_environment_can_arm_a_process_for_life() -> None:
    configure_failpoints({"FAILPOINTS": "a:error@1;b:error"}, production=False)
    try:
        for name in ("a", "b", "b"):
            with pytest.raises(InjectedError):
                failpoint(name)
        failpoint("a")
    finally:
        failpoints._lab = None  # noqa: SLF001
