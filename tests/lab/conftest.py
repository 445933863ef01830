"""One shop for all experiments, with a nurse."""

from collections.abc import Iterator

import pytest

from dev.lab.client import Client
from dev.lab.experiments.base import Bench
from dev.lab.laboratory import laboratory
from dev.lab.people import cast


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Thirteen processes, customers, and something to buy."""
    with laboratory(tmp_path_factory.mktemp("lab")) as lab:
        yield Bench(lab, cast(lab.shop), Client(lab.shop), lambda _progress: None)
