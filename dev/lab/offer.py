"""Offering orders: who wants what is drawn from a seed, and asked for by several at once."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import TypeVar

from dev.audit.history import Outcome, Told
from dev.lab.client import Client, Door, Wish
from dev.lab.people import Cast

T = TypeVar("T")

CALLERS = 8
# Every card of the sandbox, as often as it is drawn.
CARDS = {
    "tok_approve": 60,
    "tok_decline": 8,
    "tok_insufficient_funds": 8,
    "tok_timeout": 8,
    "tok_answer_twice": 8,
    "tok_settle_late": 8,
}


def wishes(cast: Cast, count: int, seed: int, cards: Sequence[str] = ()) -> Iterator[Wish]:
    """What customers want, by both doors: one to three products, now and then one that is sold out; by any card.

    Or now and then something that costs nothing, or as much as an order may, or more than that.
    `cards` are the only ones they have, and then they want what there is.
    """
    draw = random.Random(seed)  # noqa: S311  No secret.
    odd = random.Random(f"{seed} extremes")  # noqa: S311  No secret.
    for _ in range(count):
        products = draw.sample(cast.products, draw.randint(1, 3))
        if not cards and draw.random() < 0.05:
            products.append(cast.sold_out)
        lines = tuple((product, draw.randint(1, 5)) for product in products)
        if not cards and odd.random() < 0.05:
            lines = ((odd.choice((cast.free, cast.dear)), odd.randint(1, 2)),)
        yield Wish(
            customer=draw.choice(cast.customers),
            lines=lines,
            card=draw.choice(cards) if cards else draw.choices(list(CARDS), list(CARDS.values()))[0],
            door=_door(draw),
        )


def shopping(client: Client, cast: Cast, seed: int) -> Callable[[Wish], Told]:
    """A buyer who orders until there is an answer, and now and then calls it off, or has staff pay it back."""
    draw = random.Random(f"{seed} afterwards")  # noqa: S311  No secret.

    def buy(wish: Wish) -> Told:
        told, chance = client.insist(wish), draw.random()
        if told.outcome is Outcome.OK and chance < (0.5 if told.status == "pending" else 0.1):
            client.cancel(wish.customer, told.order_id)
        elif told.status == "paid" and chance < 0.2:
            client.refund(cast.staff, told.order_id, None if chance < 0.15 else 100)
        return told

    return buy


def at_work(
    act: Callable[[Wish], T], things: Iterable[Wish], done: Callable[[int], None], callers: int = CALLERS
) -> list[T]:
    """What `act` returns for each thing, by several callers. `done` is told how many are finished, after each.

    As long as `done` does not return, no further ones are begun.
    """
    results: list[T] = []
    queue = iter(things)
    with ThreadPoolExecutor(callers) as pool:
        running = {pool.submit(act, wish) for _, wish in zip(range(callers), queue, strict=False)}
        while running:
            ended, running = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                results.append(future.result())
                done(len(results))
                running |= {pool.submit(act, wish) for _, wish in zip(range(1), queue, strict=False)}
    return results


def tally(told: Iterable[Told]) -> str:
    """How calls ended, in words, as in "paid 12, OUT_OF_STOCK 3"."""
    ends = Counter(each.reason or each.status or each.outcome.value for each in told)
    return ", ".join(f"{end} {count}" for end, count in ends.most_common())


def _door(draw: random.Random) -> Door:
    return "rest" if draw.random() < 0.5 else "grpc"
