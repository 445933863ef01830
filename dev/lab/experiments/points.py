"""Every failpoint, with every fault: the process dies there, something fails there, a reply gets lost from there."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import product

from dev.audit.history import Told
from dev.lab.catalogue import POINTS, Story
from dev.lab.client import Wish
from dev.lab.experiments.base import RECOVERY, Bench, Result, judge
from dev.lab.offer import wishes
from dev.lab.settling import open_work
from dev.ready import NotReady, until

IN_FLIGHT = 3
ROUNDS = 5  # How often the orders are offered before a failpoint counts as one that nobody comes by.
ACTIONS = ("exit", "error", "drop_reply")
# Keeps orders between their authorisation and their capture, where they can be called off, or taken up.
HELD_UP = "order.before_confirm_reservation:error"
COMPANIONS = {Story.CANCELLED: [HELD_UP], Story.RECOVERED: [f"{HELD_UP}@{IN_FLIGHT}"]}
CARDS = {Story.DECLINED: "tok_decline", Story.REFUSED_REFUND: "tok_refuse_refund"}


def failpoints(bench: Bench, *, seed: int, times: int, only: str = "") -> Result:
    """Each failpoint with each fault, three orders in flight; with `times` 2, again while that is recovered from."""
    cases = [case for case in _cases() if only in case[1]]
    result = Result("every failpoint", seed, f"{len(cases)} cases, each {'twice' if times > 1 else 'once'}")
    fired: Counter[str] = Counter()
    for number, (story, point, action) in enumerate(cases):
        bench.say(f"failpoints: {number} of {len(cases)}, {point}:{action}")
        case = Result(f"{point}:{action}", seed, story)
        fired[action] += _strike(bench, case, story, _fault(point, action, times), seed + number)
        judge(bench, case)
        result.orders_at_rest = max(result.orders_at_rest, case.orders_at_rest)
        result.at_rest = max(result.at_rest, case.at_rest)
        result.wrong += [f"{case.name}: {sentence}" for sentence in case.wrong]
    result.seen = ", ".join(f"{action} {count}" for action, count in fired.items())
    return result


def _cases() -> Iterator[tuple[Story, str, str]]:
    for story, points in POINTS.items():
        for point, action in product(points, ACTIONS):
            yield story, point, action


def _fault(point: str, action: str, times: int) -> str:
    # A death ends all orders in flight in that process, anything else one of them: so the recovery's turn comes later.
    limit = times if action == "exit" or times == 1 else IN_FLIGHT + times - 1
    return f"{point}:{action}@{limit}"


def _strike(bench: Bench, case: Result, story: Story, fault: str, seed: int) -> int:
    """Play the story until the fault has taken place as often as it may. Returns how often it did."""
    limit, count = int(fault.rpartition("@")[2]), 0
    with bench.lab.faults.armed(fault, *COMPANIONS.get(story, [])):
        for number in range(ROUNDS):
            orders = wishes(bench.cast, IN_FLIGHT, seed * ROUNDS + number, cards=[CARDS.get(story, "tok_approve")])
            with ThreadPoolExecutor(IN_FLIGHT) as pool:
                list(pool.map(partial(_play, bench, story), orders))
            if (count := _taken_place(bench, fault, limit)) == limit:
                break
    case.require(count == limit, f"took place {count} of {limit} times")
    return count


def _taken_place(bench: Bench, fault: str, limit: int) -> int:
    """How often the fault took place, once that is often enough or nothing is left that could come by."""

    def look() -> bool:
        return len(bench.lab.faults.fired(fault)) >= limit or not open_work(bench.lab.data)

    with suppress(NotReady):
        until(look, fault, RECOVERY)
    return len(bench.lab.faults.fired(fault))


def _play(bench: Bench, story: Story, wish: Wish) -> Told:
    told = bench.client.insist(replace(wish, door="rest") if story is Story.PAID_BY_REST else wish)
    if not told.order_id:
        return told
    match story:
        case Story.CANCELLED:
            return bench.client.cancel(wish.customer, told.order_id)
        case Story.REFUNDED | Story.REFUSED_REFUND:
            return bench.client.refund(bench.cast.staff, told.order_id, None)
    return told
