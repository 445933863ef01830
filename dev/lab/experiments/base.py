"""What an experiment is, and what it leaves behind."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from dev.audit.evidence import Terms
from dev.audit.verdict import audit
from dev.lab.client import Client
from dev.lab.laboratory import Laboratory
from dev.lab.people import Cast
from dev.lab.settling import open_work, settle
from dev.ready import until

BACKLOG = 100  # Open pieces of work.
PATIENCE = 120.0  # Seconds.
MESSAGES_A_SECOND = 5
ORDERS = "order_service.orders"  # How the tables of orders and refunds begin.
RECOVERY = 30.0  # Seconds from the last fault until everything must be at its end.


@dataclass(frozen=True, slots=True)
class Bench:
    """What experiments work with."""

    lab: Laboratory
    cast: Cast
    client: Client
    say: Callable[[str], None]  # Progress, for a person who watches.

    def paced(self, progress: str, finished: int) -> None:
        """Say how far it is, and wait while messages to customers fall behind: one worker writes them, 8 callers order.

        Else what is measured after the last fault would be how long the queue had become before.
        """
        self.say(progress)
        if finished % 25 == 0:
            until(lambda: sum(open_work(self.lab.data).values()) < BACKLOG, "work piles up", PATIENCE)


@dataclass(slots=True)
class Result:
    """What was done, what was seen, and whatever should not have been."""

    name: str
    seed: int
    done: str  # In words, as in "300 orders, 6 kills".
    seen: str = ""
    orders_at_rest: float = 0.0  # Seconds from the last fault until no order was open,
    at_rest: float = 0.0  # and until nothing else was.
    wrong: list[str] = field(default_factory=list)
    verdict: str = "0 violations"  # If nothing is wrong.

    def require(self, true: bool, sentence: str) -> None:
        """Note what is wrong, unless this is true."""
        if not true:
            self.wrong.append(sentence)


def judge(bench: Bench, result: Result) -> Result:
    """Let the faults be over, wait until everything is at its end, and have the books audited."""
    started = time.monotonic()
    # What had piled up before is no part of the recovery: a worker writes some messages a second, one after another.
    queued = sum(count for name, count in open_work(bench.lab.data).items() if ORDERS not in name)
    limit = RECOVERY + queued / MESSAGES_A_SECOND
    bench.lab.wait_for()
    bench.say(f"{result.name}: waiting for the end of all work")
    settled = settle(bench.lab.data, RECOVERY, ORDERS)
    result.orders_at_rest = time.monotonic() - started
    settled = settle(bench.lab.data, limit) and settled
    result.at_rest = time.monotonic() - started
    result.require(settled, f"still open after {result.at_rest:.0f} s: {open_work(bench.lab.data)}")
    result.require(result.orders_at_rest <= RECOVERY, f"orders were open for {result.orders_at_rest:.0f} s")
    bench.say(f"{result.name}: auditing")
    # Nobody in the lab changes preferences or addresses.
    terms = Terms(overdue_after=0, customers_unchanged=True)
    verdict = audit(bench.lab.data, history=list(bench.client.history), terms=terms)
    result.wrong += [str(violation) for violation in verdict.violations]
    return result
