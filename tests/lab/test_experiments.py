"""Whatever dies, whenever: every property holds, and all comes to its end by itself."""

import pytest

from dev.lab.experiments.base import Bench
from dev.lab.plan import IN_TESTS, experiments
from dev.lab.table import lines

EXPERIMENTS = experiments(IN_TESTS, seed=1)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_no_order_is_lost_charged_twice_oversold_or_left_behind(bench: Bench, name: str) -> None:
    results = list(EXPERIMENTS[name](bench))

    assert results
    assert not any(result.wrong for result in results), "\n".join(lines(results))
