"""The sum that `make test` ends with."""

import subprocess
import sys
from pathlib import Path

import pytest

from dev.test import NO_TESTS, Sum, count, split, was_cut_short

TESTS = """
import pytest

def test_passes(): pass
def test_fails(): assert False
@pytest.mark.skip
def test_is_skipped(): pass
@pytest.fixture
def broken(): raise ValueError
def test_whose_fixture_breaks(broken): pass
@pytest.fixture
def leaky(): yield; raise ValueError
def test_whose_fixture_breaks_afterwards(leaky): pass
"""


def test_errors_are_failures(tmp_path: Path) -> None:
    (tmp_path / "test_all_ways.py").write_text(TESTS)
    report = tmp_path / "report.xml"
    # Without the repository's configuration: these tests need no Django.
    command = [sys.executable, "-m", "pytest", "-p", "no:django", "-p", "no:cacheprovider", f"--junitxml={report}"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert count(report) == Sum(passed=1, failed=3, skipped=1)


def test_sums_add_up_to_one_plain_line() -> None:
    assert str(Sum(1, 2, 3) + Sum(10, 20, 30)) == "11 passed, 22 failed, 33 skipped"


def test_no_report_counts_nothing(tmp_path: Path) -> None:
    assert count(tmp_path / "report.xml") == Sum()


@pytest.mark.parametrize(
    ("exit_code", "counted", "selective", "expected"),
    [
        pytest.param(0, Sum(passed=1), False, False, id="all passed"),
        pytest.param(1, Sum(failed=1), False, False, id="the failed test counts already"),
        pytest.param(-9, Sum(), False, True, id="killed"),
        pytest.param(NO_TESTS, Sum(), False, True, id="a suite without tests"),
        pytest.param(NO_TESTS, Sum(), True, False, id="none was selected"),
    ],
)
def test_a_suite_without_a_verdict_is_a_failure(
    exit_code: int, counted: Sum, *, selective: bool, expected: bool
) -> None:
    assert was_cut_short(exit_code, counted, selective=selective) == expected


def test_what_follows_two_hyphens_is_for_pytest() -> None:
    assert split(["order_service", "--", "-k", "money"]) == (["order_service"], ["-k", "money"])
    assert split([]) == ([], [])
