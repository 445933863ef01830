"""`make audit`, and what it prints."""

import os
import subprocess
import sys
from pathlib import Path

from chassis.settings import REPOSITORY
from dev.audit.history import read_history, write_history
from dev.audit.properties import PROPERTIES
from tests.audit.doctor import PAYMENTS, Doctor
from tests.audit.story import Story


def test_a_sound_shop_gets_a_line_for_each_property(story: Story, tmp_path: Path) -> None:
    write_history(tmp_path / "told.jsonl", story.told)

    finished = run(story.data, "--history", str(tmp_path / "told.jsonl"), "--customers-unchanged")

    assert finished.returncode == 0, finished.stderr
    lines = finished.stdout.splitlines()
    assert [line.split()[0] for line in lines if line.endswith("holds") and line[0] in "SL"] == [
        each.code for each in PROPERTIES
    ]
    assert "everything holds" in lines


def test_a_broken_property_is_told_with_the_first_of_what_breaks_it(doctor: Doctor) -> None:
    doctor.change(PAYMENTS, "kind = 'captured'", amount_minor="amount_minor + 1")

    finished = run(doctor.data)

    assert finished.returncode == 1
    [line] = [line for line in finished.stdout.splitlines() if line.startswith("S2")]
    assert "BROKEN: " in line
    assert finished.stdout.count("are captured, but its total is") == 5
    assert "... and " in finished.stdout


def test_without_a_shop_there_is_one_sentence(tmp_path: Path) -> None:
    finished = run(tmp_path)

    assert finished.returncode == 1
    assert finished.stdout == ""
    assert finished.stderr.startswith("There is nothing to audit: ")


def test_a_history_is_read_as_it_was_written(story: Story, tmp_path: Path) -> None:
    first, *others = story.told
    write_history(tmp_path / "told.jsonl", [first])
    write_history(tmp_path / "told.jsonl", others)

    assert read_history(tmp_path / "told.jsonl") == story.told


def run(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the auditor on a data folder, as make does."""
    command = [sys.executable, "-m", "dev.audit", "--patience=0", *arguments]
    environment = {**os.environ, "DATA_DIR": str(data)}
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
