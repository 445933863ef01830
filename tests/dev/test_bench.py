"""What `make bench` counts. What it measures is no test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from dev.bench.load import Burst, Call, burst
from dev.bench.place_order import logged


@dataclass(frozen=True)
class Nothing:
    """Calls that take no time, or fail."""

    fails: bool = False

    @contextmanager
    def opened(self) -> Iterator[Call]:
        def call() -> None:
            if self.fails:
                raise ConnectionError

        yield call


def test_every_caller_calls_until_the_time_is_up() -> None:
    result = burst(Nothing(), callers=3, seconds=0.01, warm_up=1)

    assert len(result.latencies) >= 3
    assert result.seconds >= 0.01


def test_a_refused_call_is_no_measurement() -> None:
    with pytest.raises(ConnectionError):
        burst(Nothing(fails=True), callers=1, seconds=0.01, warm_up=1)


def test_a_burst_knows_its_rate_and_its_median() -> None:
    result = Burst([1.0, 9.0, 2.0], seconds=1.5)

    assert (result.rate, result.p50) == (2.0, 2.0)


def test_only_calls_that_succeeded_since_then_are_counted(tmp_path: Path) -> None:
    earlier = "10:00:00 [info     ] rpc      method=/shop.Orders/Place code=OK ms=9.9 caller=x\n"
    later = (
        "10:00:01 [info     ] rpc      method=/shop.Orders/Place code=OK ms=1.5 caller=x\n"
        "10:00:01 [info     ] rpc      method=/shop.Orders/Place code=UNAVAILABLE ms=7.0 caller=x\n"
        "10:00:01 [info     ] rpc      method=/shop.Orders/List code=OK ms=8.0 caller=x\n"
    )
    log = tmp_path / "order-rpc.log"
    log.write_text(earlier + later)

    assert logged(log, "Orders/Place", since=len(earlier)) == [1.5]
