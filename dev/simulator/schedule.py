"""One schedule: a small shop, a time in which things go wrong, a time in which they come to their end, the verdict."""

from collections import Counter
from dataclasses import dataclass
from math import inf
from random import Random

from chassis.money import LARGEST_AMOUNT
from dev.audit.properties import PROPERTIES, Violation
from dev.simulator.coverage import what_happened
from dev.simulator.customers import Customers
from dev.simulator.database import Transaction
from dev.simulator.product_service.stock import Product
from dev.simulator.profile import draw_profile, draw_settings
from dev.simulator.shop import Parts, Shop
from dev.simulator.testimony import testimony

IN_TIME = 30.0  # Seconds from the last fault until everything must have come to its end.
REAL = Parts()
# Nothing, what things cost, and so much that an order cannot have two of them.
PRICES = (0, 150, 500, 500, 1999, 1999, LARGEST_AMOUNT - 1)
# Services that others call.
NEIGHBOURS = ("product_service", "provider", "notification_service", "user_service", "mailer")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one schedule."""

    seed: int
    violations: tuple[Violation, ...]
    seen: Counter[str]  # What happened, and how often.
    seconds: float  # From the last fault until everything had come to its end.
    story: tuple[str, ...] = ()  # What happened, in words, if that was asked for.


class Schedule:
    """A shop, and what its seed has in store for it."""

    def __init__(self, seed: int, parts: Parts = REAL, *, telling: bool = False) -> None:
        self.seed = seed
        self.random = Random(seed)  # noqa: S311  No secret, and the same every time.
        self.settings = draw_settings(self.random)
        self.profile = draw_profile(self.random, self.settings.lease)
        self.shop = Shop(self.random, self.profile, self.settings, parts)
        self.kernel = self.shop.kernel
        self.kernel.story = [] if telling else None
        self.customers = Customers(self.shop, lambda: self._judge(inf))
        self.violations: dict[Violation, None] = {}  # In the order in which they were found.

    def run(self) -> Outcome:
        """Let it all happen."""
        self.kernel.tell("%s", self.settings)
        self.kernel.tell("%s", self.profile)
        self._stock_up()
        self.shop.start()
        self._plan_faults()
        self.customers.come()
        # Some things must hold at any moment.
        self.kernel.run(self.random.uniform(0, self.settings.fault_time))
        self._judge(inf)
        self.kernel.run(self.settings.fault_time)
        self._heal()
        seconds = self._settle()
        self._judge(0.0)
        self.shop.seen.update(what_happened(self.shop, self.customers.told))
        self.shop.seen.update(f"passed {point}" for point in self.kernel.faults.points())
        return Outcome(self.seed, tuple(self.violations), self.shop.seen, seconds, tuple(self.kernel.story or ()))

    def _stock_up(self) -> None:
        tx = Transaction(0)
        for number in range(self.settings.products):
            product = Product(f"product-{number + 1}", self.random.choice(PRICES))
            self.shop.products.change(tx, product, self.random.choice((1, 3, 6, 20)))
        tx.store()

    def _plan_faults(self) -> None:
        for disaster, times in (
            (self._kill, self.profile.kills),
            (self._pause, self.profile.pauses),
            (self._cut, self.profile.cuts),
        ):
            for _ in range(times):
                self.kernel.after(self.random.uniform(0, self.settings.fault_time), disaster)

    def _kill(self, _: object) -> None:
        if self.kernel.kill(self.random.choice(self.shop.processes), "by kill -9"):
            self.shop.seen["kill"] += 1

    def _pause(self, _: object) -> None:
        longest = min(2 * self.settings.lease, self.settings.fault_time - self.kernel.now)
        self.kernel.pause(self.random.choice(self.shop.processes), self.random.uniform(0, longest))
        self.shop.seen["pause"] += 1

    def _cut(self, _: object) -> None:
        cut = self.random.choice(("order_service", "notification_service")), self.random.choice(NEIGHBOURS)
        cut = cut if self.random.random() < 0.5 else cut[::-1]
        self.kernel.tell("nothing comes through from %s to %s", *cut)
        self.kernel.faults.cuts.add(cut)
        self.kernel.after(self.random.uniform(0.5, 5.0), self.kernel.faults.cuts.discard, cut)

    def _heal(self) -> None:
        self.kernel.tell("from now on, nothing goes wrong")
        self.kernel.faults.heal()
        for process in self.shop.processes:
            self.kernel.restart(process)

    def _settle(self) -> float:
        """Wait until nothing is left to do, or the time for it is over. Returns the seconds that took."""
        healed = self.kernel.now
        finished = 0.0
        while self.kernel.now < healed + IN_TIME:
            self.kernel.run(self.kernel.now + 0.5)
            if any(self.shop.unfinished()):
                finished = self.kernel.now - healed
            elif self.kernel.loose == 0 and self.kernel.now > self.kernel.faults.reach:
                break
        return finished

    def _judge(self, overdue_after: float) -> None:
        seen = testimony(self.shop, self.customers.told, overdue_after)
        for violation in (each for rule in PROPERTIES for each in rule(seen)):
            self._add(violation)

    def _add(self, violation: Violation) -> None:
        if violation not in self.violations:
            self.kernel.tell("VIOLATION %s", violation)
            self.violations[violation] = None
