"""kill -9, a pause in the wrong moment, a rolling restart: all under load."""

import os
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import cycle, islice, takewhile

from dev.audit.history import Outcome
from dev.lab.client import Wish
from dev.lab.experiments.base import RECOVERY, Bench, Result, judge
from dev.lab.offer import at_work, shopping, tally, wishes
from dev.lab.settling import open_work
from dev.ready import NotReady, until

HOLD = "order.before_confirm_reservation:delay:300"
ORDERS = "order_service.orders_order"
# Seconds between the tries of a client that has three more: a process is back after some.
THREE_MORE = (2.0, 4.0, 8.0)


def kills(bench: Bench, *, seed: int, orders: int, count: int) -> Result:
    """Kill one process after another while orders are placed, each as often as the others, in an order of the seed."""
    draw = random.Random(seed)  # noqa: S311  No secret.
    names = bench.lab.processes
    draw.shuffle(names)
    victims = list(islice(cycle(names), count))
    after = [round(orders * (number + 1) / (count + 1)) for number in range(count)]
    killed: list[bool] = []

    def done(finished: int) -> None:
        bench.paced(f"kills: {finished} of {orders} orders, {len(killed)} of {count} kills", finished)
        while len(killed) < count and finished >= after[len(killed)]:
            killed.append(bench.lab.kill(victims[len(killed)], rest=draw.uniform(0, 2)))

    told = at_work(shopping(bench.client, bench.cast, seed), wishes(bench.cast, orders, seed), done)
    result = Result("kill -9 under load", seed, f"{orders} orders, {sum(killed)} kills", tally(told))
    result.require(sum(killed) == count, f"only {sum(killed)} of {count} kills took place")
    return judge(bench, result)


def pauses(bench: Bench, *, seed: int, count: int) -> Result:
    """Stop processes that hold an order's lease, until somebody else has finished the order, and let them go on."""
    overtaken = 0
    for number in range(count):
        bench.say(f"pauses: {number} of {count}")
        (wish,) = wishes(bench.cast, 1, seed * 1000 + number, cards=("tok_approve",))
        # Every other time PlaceOrder gives up, so that it is a worker that is stopped, and the other one takes over.
        given_up = ["order.after_reserve_stock:error@1"] if number % 2 else []
        with bench.lab.faults.armed(f"{HOLD}@1", *given_up):
            buyer = threading.Thread(target=bench.client.insist, args=(wish,))
            buyer.start()
            overtaken += _overtaken(bench)
            buyer.join()
    result = Result("SIGSTOP of a lease's holder", seed, f"{count} pauses", f"{overtaken} overtaken meanwhile")
    result.require(overtaken == count, f"only {overtaken} of {count} were overtaken while they were stopped")
    return judge(bench, result)


def _overtaken(bench: Bench) -> bool:
    """Stop whoever is held up before its confirmation, until no order is open. Whether that happened in time."""
    holder = until(lambda: bench.lab.faults.fired(f"{HOLD}@1"), f"nobody came to {HOLD}")[0].pid
    os.kill(holder, signal.SIGSTOP)
    try:
        until(lambda: ORDERS not in open_work(bench.lab.data), "the order is open", RECOVERY)
    except NotReady:
        return False
    finally:
        with suppress(ProcessLookupError):
            os.kill(holder, signal.SIGCONT)
    return True


def rolling_restart(bench: Bench, *, seed: int, rounds: int) -> Result:
    """Restart every process in turn, by SIGTERM, while clients with three tries more place orders."""
    over = threading.Event()
    codes: list[int] = []

    def restart() -> None:
        try:
            for number in range(rounds):
                for name in bench.lab.processes:
                    bench.say(f"rolling restart: round {number + 1} of {rounds}, {name}")
                    codes.append(bench.lab.stop_and_start(name))
        finally:
            over.set()

    def endless() -> Iterator[Wish]:
        yield from takewhile(lambda _: not over.is_set(), wishes(bench.cast, 1_000_000, seed))

    restarting = threading.Thread(target=restart)
    restarting.start()
    told = at_work(partial(bench.client.insist, pauses=THREE_MORE), endless(), lambda _: None, 4)
    restarting.join()
    failed = [each for each in told if each.outcome is Outcome.UNKNOWN]
    result = Result("rolling restart under load", seed, f"{rounds} rounds, {len(told)} orders", tally(told))
    result.require(not failed, f"{len(failed)} orders failed after three tries more")
    result.require(len(codes) == rounds * len(bench.lab.processes), "not every process was restarted")
    result.require(not any(codes), f"exit codes of processes told to stop: {sorted(set(codes))}")
    return judge(bench, result)
