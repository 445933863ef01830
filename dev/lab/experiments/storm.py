"""All kinds of trouble at once: what the planted bugs of `mutants.py` have to be seen in, and the shop must bear."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from dev.audit.history import Told
from dev.lab.client import Wish
from dev.lab.experiments.base import Bench, Result, judge
from dev.lab.experiments.clocks import put_off
from dev.lab.experiments.losses import LOSSES
from dev.lab.offer import at_work, tally, wishes

FAULTS = (
    *LOSSES,
    "provider.refunded:drop_reply@40%",
    # Longer than a call may take: what the caller has given up for lost arrives after what undoes it.
    "product.before_reserve:delay:1300@10%",
    # Longer than a lease: two are at one order. And long enough for somebody to call it off.
    "order.before_capture_payment:delay:700@10%",
    # The money is taken, and nobody has noted it yet: somebody calls off such an order.
    "order.after_capture_payment:error@20%",
    "order.moving_to_paid:exit@2",
    "order.moving_to_cancelled:exit@1",
    "outbox.delivered:exit@1",
    # A lost reply to Deliver is made good by the client's own second try: here the relay itself has to come back.
    "outbox.claimed:error@15%",
    "notification.handed_over:exit@2",
)


def storm(bench: Bench, *, seed: int, orders: int) -> Result:
    """Lost replies, late requests, deaths, a wrong clock, repeats, cancellations and refunds, all at the same time."""
    draw = random.Random(f"{seed} storm")  # noqa: S311  No secret.
    killed = 0

    def done(finished: int) -> None:
        nonlocal killed
        bench.say(f"storm: {finished} of {orders} orders")
        if finished % (orders // 3) == 0:
            put_off(bench.lab.data)
            killed += bench.lab.kill("order-rpc")

    with bench.lab.faults.armed(*FAULTS):
        buy = _Buyer(bench, draw)
        offered = (replace(wish, door="grpc") for wish in wishes(bench.cast, orders, seed))
        told = at_work(buy, offered, done)
        fired = len(bench.lab.faults.fired())
    result = Result("storm", seed, f"{orders} orders, {killed} kills, {fired} faults", tally(told))
    return judge(bench, result)


class _Buyer:
    """Orders, perhaps several times at once, perhaps to call it off at once, or to have it paid back."""

    def __init__(self, bench: Bench, draw: random.Random) -> None:
        self.bench = bench
        self.draw = draw
        self.lock = threading.Lock()

    def __call__(self, wish: Wish) -> Told:
        with self.lock:
            chance, callers = self.draw.random(), self.draw.choice((1, 1, 3))
        client = self.bench.client
        if chance < 0.3:
            # Too short to be answered: the order is left on its way, where it can be called off.
            told = client.place(wish, timeout=0.6)
            if told.order_id:
                client.cancel(wish.customer, told.order_id)
        with ThreadPoolExecutor(callers) as pool:
            told = list(pool.map(client.insist, [wish] * callers))[-1]
        if told.status == "paid" and chance > 0.6:
            client.refund(self.bench.cast.staff, told.order_id, 100)
        return told
