"""Which experiments there are, and how much of each: a little in `make test`, all of it in `make chaos`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dev.lab.experiments.base import Bench, Result
from dev.lab.experiments.clocks import stepped_clock
from dev.lab.experiments.hunt import ORDERS, hunt
from dev.lab.experiments.kills import kills, pauses, rolling_restart
from dev.lab.experiments.losses import duplicates, lost_replies
from dev.lab.experiments.points import failpoints
from dev.lab.experiments.races import cancel_against_pay, hot_item, same_key
from dev.lab.experiments.simulated import simulated
from dev.lab.experiments.storm import storm
from dev.lab.mutants import MUTANTS

Experiment = Callable[[Bench], Iterator[Result]]
Search = Callable[[Callable[[str], None]], Iterator[Result]]  # Without a shop, or with shops of its own.


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much there is to do."""

    times: int  # Each failpoint with each fault: the second time is during the recovery from the first.
    seeds: int  # That orders and kills are shared out to.
    orders: int
    kills: int
    lost: int  # Orders of which one reply in ten gets lost.
    events: int
    crowds: int  # Of buyers for a hot item.
    buyers: int
    units: int
    keys: int
    callers: int  # With each key.
    cancellations: int
    pauses: int
    restarts: int  # Of everything.
    stepped: int  # Orders while a clock is wrong again and again,
    steps: int  # and how often.
    storms: int
    schedules: int


IN_TESTS = Sizes(
    times=1,
    seeds=1,
    orders=300,
    kills=6,
    lost=200,
    events=300,
    crowds=1,
    buyers=1000,
    units=100,
    keys=20,
    callers=20,
    cancellations=50,
    pauses=3,
    restarts=1,
    stepped=100,
    steps=3,
    storms=1,
    schedules=2_000,
)
CHAOS = Sizes(
    times=2,
    seeds=10,
    orders=20_000,
    kills=200,
    lost=10_000,
    events=10_000,
    crowds=20,
    buyers=1000,
    units=100,
    keys=500,
    callers=50,
    cancellations=5_000,
    pauses=100,
    restarts=20,
    stepped=2_000,
    steps=50,
    storms=3,
    schedules=100_000,
)


def experiments(sizes: Sizes, seed: int) -> dict[str, Experiment]:
    """Every experiment on a running shop by name, in a size."""

    def killed(bench: Bench) -> Iterator[Result]:
        for number in range(sizes.seeds):
            orders, count = sizes.orders // sizes.seeds, sizes.kills // sizes.seeds
            yield kills(bench, seed=seed + number, orders=orders, count=count)

    def crowded(bench: Bench) -> Iterator[Result]:
        for number in range(sizes.crowds):
            yield hot_item(bench, seed=seed + number, buyers=sizes.buyers, units=sizes.units)

    def stormy(bench: Bench) -> Iterator[Result]:
        for number in range(sizes.storms):
            yield storm(bench, seed=seed + number, orders=ORDERS)

    return {
        "failpoints": lambda bench: iter([failpoints(bench, seed=seed, times=sizes.times)]),
        "kills": killed,
        "lost_replies": lambda bench: iter([lost_replies(bench, seed=seed, orders=sizes.lost)]),
        "duplicates": lambda bench: iter([duplicates(bench, seed=seed, events=sizes.events)]),
        "hot_item": crowded,
        "same_key": lambda bench: iter([same_key(bench, seed=seed, keys=sizes.keys, callers=sizes.callers)]),
        "cancel": lambda bench: iter([cancel_against_pay(bench, seed=seed, orders=sizes.cancellations)]),
        "pauses": lambda bench: iter([pauses(bench, seed=seed, count=sizes.pauses)]),
        "rolling_restart": lambda bench: iter([rolling_restart(bench, seed=seed, rounds=sizes.restarts)]),
        "stepped_clock": lambda bench: iter([stepped_clock(bench, seed=seed, orders=sizes.stepped, steps=sizes.steps)]),
        "storm": stormy,
    }


def searches(sizes: Sizes, seed: int) -> dict[str, Search]:
    """What `make chaos` does besides: look for planted bugs, and simulate."""
    return {
        "planted_bugs": lambda say: (hunt(mutant, seed=seed, say=say) for mutant in MUTANTS),
        "simulator": lambda say: iter([simulated(seed=seed, schedules=sizes.schedules, say=say)]),
    }
