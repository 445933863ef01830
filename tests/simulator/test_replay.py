"""A seed is a schedule: it is told again word by word, by whichever process."""

import os
import subprocess
import sys

from chassis.settings import REPOSITORY
from dev.simulator.schedule import Schedule
from dev.simulator.shop import Parts
from dev.simulator.summary import violated
from tests.simulator.mutants import NoTombstone

SEED = 11


def simulate(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dev.simulator", *arguments]
    return subprocess.run(
        command, cwd=REPOSITORY, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def test_a_seed_is_told_in_the_same_words_by_every_process() -> None:
    once, again = (simulate("--seed", str(SEED), PYTHONHASHSEED=seed) for seed in ("1", "2"))

    assert once.returncode == 0, once.stderr
    assert once.stdout.splitlines()[-1] == f"seed {SEED}: every property holds"
    assert once.stdout == again.stdout
    assert once.stdout.splitlines()[:-1] == list(Schedule(SEED, telling=True).run().story)


def test_another_seed_is_another_schedule() -> None:
    assert Schedule(SEED, telling=True).run().story != Schedule(SEED + 1, telling=True).run().story


def test_telling_changes_nothing() -> None:
    assert Schedule(SEED).run().seen == Schedule(SEED, telling=True).run().seen


def test_many_schedules_are_run_by_several_processes_and_summed_up() -> None:
    ran = simulate("--schedules", "120", "--seed", "5", "--processes", "2")

    assert ran.returncode == 0, ran.stderr
    assert "120 schedules of the seeds 5 to 124 on 2 processes" in ran.stdout
    assert "every property holds in each" in ran.stdout
    assert "orders that ended" in ran.stdout


def test_a_violation_is_told_where_it_is_seen_and_how_to_see_it_again() -> None:
    wrong = Parts(reservations=NoTombstone)
    seed = next(seed for seed in range(100) if Schedule(seed, wrong).run().violations)

    outcome = Schedule(seed, wrong, telling=True).run()

    assert any("VIOLATION S4" in line for line in outcome.story)
    assert f"make simulate SEED={seed}" in violated(outcome)
