"""Many at once: for the last units, under one key, and a cancellation against a payment."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from time import sleep

from dev.audit.history import Outcome, Told
from dev.lab.client import Wish
from dev.lab.experiments.base import Bench, Result, judge
from dev.lab.offer import tally
from dev.lab.people import on_sale

LATEST = 0.12  # Seconds after an order can be seen that it is called off: some are paid by then.


def hot_item(bench: Bench, *, seed: int, buyers: int, units: int) -> Result:
    """Everybody wants one of the same two products, half of them naming one first and half the other."""
    scarce = [on_sale(bench.lab.shop, bench.cast.staff, units) for _ in range(2)]
    bench.say(f"hot item: {buyers} buyers at once for {units} units")
    wants = [
        Wish(
            customer=bench.cast.customers[number % len(bench.cast.customers)],
            lines=tuple((product, 1) for product in (scarce if number % 2 else reversed(scarce))),
            door="rest" if number % 10 == 0 else "grpc",
        )
        for number in range(buyers)
    ]
    told = at_once(bench.client.insist, wants)
    result = Result("hot item", seed, f"{buyers} buyers at once, {units} units of each of two products", tally(told))
    judge(bench, result)
    bought = {each.order_id for each in told if each.outcome is Outcome.OK}
    sold = Counter(bench.client.look(bench.cast.staff, order_id).status for order_id in bought)
    result.seen = f"{sold['paid']} sold; first answers: {result.seen}"
    result.require(sold["paid"] == units, f"{sold['paid']} orders are paid, and there were {units} units")
    return result


def same_key(bench: Bench, *, seed: int, keys: int, callers: int) -> Result:
    """Everybody sends the same request at once, and then one who asks for something else under its key."""
    product = bench.cast.products[seed % len(bench.cast.products)]
    result = Result("one key at once", seed, f"{keys} keys, {callers} callers each")
    ends: Counter[str] = Counter()
    for number in range(keys):
        bench.say(f"same key: {number} of {keys}")
        customer = bench.cast.customers[number % len(bench.cast.customers)]
        wish = Wish(customer=customer, lines=((product, 1),))
        told = at_once(
            bench.client.insist, [replace(wish, door="rest" if i % 4 == 0 else "grpc") for i in range(callers)]
        )
        orders = {each.order_id for each in told}
        result.require(len(orders) == 1, f"{len(orders)} orders under the key {wish.request_id}")
        other = bench.client.insist(replace(wish, lines=((product, 2),)))
        result.require(other.reason == "REQUEST_ID_REUSED", f"other values under a used key: {other}")
        ends.update(each.reason or each.status for each in (*told, other))
    result.seen = ", ".join(f"{end} {count}" for end, count in ends.most_common())
    return judge(bench, result)


def cancel_against_pay(bench: Bench, *, seed: int, orders: int) -> Result:
    """Call orders off while they are being paid. Exactly one of the two happens, and what happens is what was said."""
    draw = random.Random(seed)  # noqa: S311  No secret.
    result = Result("cancellation against payment", seed, f"{orders} races")
    ends: Counter[str] = Counter()
    with ThreadPoolExecutor(2) as pool:
        for number in range(orders):
            bench.say(f"cancel against pay: {number} of {orders}")
            customer = bench.cast.customers[number % len(bench.cast.customers)]
            wish = Wish(customer=customer, lines=((draw.choice(bench.cast.products), 1),))
            before = bench.client.newest(customer)
            paying = pool.submit(bench.client.insist, wish)
            cancelled = _cancel_newest(bench, wish, before, draw.uniform(0, LATEST))
            paid = paying.result()
            final = bench.client.look(customer, paid.order_id).status
            ends[_end(cancelled, final, result)] += 1
    result.seen = ", ".join(f"{end} {count}" for end, count in ends.most_common())
    result.require(ends["cancelled"] > 0 and ends["paid"] > 0, f"one side always won: {result.seen}")
    return judge(bench, result)


def _cancel_newest(bench: Bench, wish: Wish, before: str, patience: float) -> Told:
    """Call the order off as soon as it can be seen, and a little later."""
    while (order_id := bench.client.newest(wish.customer)) == before:
        sleep(0.002)
    sleep(patience)
    return bench.client.cancel(wish.customer, order_id)


def _end(cancelled: Told, final: str, result: Result) -> str:
    if cancelled.outcome is Outcome.REFUSED:
        result.require(cancelled.reason == "ORDER_NOT_CANCELLABLE", f"a cancellation was refused: {cancelled}")
        result.require(final != "cancelled", f"{cancelled.order_id} was not cancellable, and is cancelled")
        return "paid"
    result.require(final != "paid", f"{cancelled.order_id} was called off, and is paid")
    return "cancelled"


def at_once(act: Callable[[Wish], Told], wishes: Sequence[Wish]) -> list[Told]:
    """What `act` returns for each wish, begun at the same moment by a thread for each."""
    start = Barrier(len(wishes))

    def begin(wish: Wish) -> Told:
        start.wait()
        return act(wish)

    with ThreadPoolExecutor(len(wishes)) as pool:
        return list(pool.map(begin, wishes))
