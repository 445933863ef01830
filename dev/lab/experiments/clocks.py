"""A clock that was wrong, under load."""

import sqlite3
from contextlib import closing
from pathlib import Path

from dev.lab.experiments.base import Bench, Result, judge
from dev.lab.offer import at_work, shopping, tally, wishes
from dev.lab.settling import WORK
from dev.ready import until

HOUR = "+1 hour"


def stepped_clock(bench: Bench, *, seed: int, orders: int, steps: int) -> Result:
    """Again and again, leave the open work behind as a clock does that was an hour ahead and is set back."""
    after = [round(orders * (number + 1) / (steps + 1)) for number in range(steps)]
    stranded: list[int] = []

    def done(finished: int) -> None:
        bench.paced(f"stepped clock: {finished} of {orders} orders, {len(stranded)} of {steps} steps", finished)
        while len(stranded) < steps and finished >= after[len(stranded)]:
            # Work is done within a moment, and there may be none to leave behind just now.
            stranded.append(until(lambda: put_off(bench.lab.data), "no work is open", 30))

    told = at_work(shopping(bench.client, bench.cast, seed), wishes(bench.cast, orders, seed), done)
    put_off(bench.lab.data)
    done_in_words = f"{orders} orders, {sum(stranded)} pieces of work put off by an hour in {steps} steps"
    result = Result("a clock set back by an hour", seed, done_in_words, tally(told))
    result.require(sum(stranded) >= steps, "nothing was put off")
    return judge(bench, result)


def put_off(data: Path) -> int:
    """Make all open work due an hour later than it is. Returns how much that was."""
    return sum(_put_off(data / service / "db.sqlite3", table) for service, table in WORK)


def _put_off(database: Path, table: str) -> int:
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        # The name is one of ours, from settling.py. Times as Django writes them.
        statement = (
            f"UPDATE {table} SET next_attempt_at = strftime('%Y-%m-%d %H:%M:%f', next_attempt_at, '{HOUR}') "  # noqa: S608
            "WHERE next_attempt_at IS NOT NULL"
        )
        return connection.execute(statement).rowcount
