"""One story for all tests of the auditor, and copies of its databases to doctor."""

import shutil
from pathlib import Path

import pytest

from dev.audit.evidence import Evidence, Terms
from dev.audit.reading import read
from tests.audit.doctor import Doctor
from tests.audit.story import Story, play


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """What really happened."""
    return play(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="session")
def evidence(story: Story) -> Evidence:
    """Of what really happened, when nothing was left to do, and customers had changed nothing."""
    return read(story.data, story.told, Terms(overdue_after=0.0, customers_unchanged=True))


@pytest.fixture
def doctor(story: Story, tmp_path: Path) -> Doctor:
    """A copy of the databases."""
    shutil.copytree(story.data, tmp_path / "shop")
    return Doctor(tmp_path / "shop", story)
