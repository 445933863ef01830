"""Replies that get lost after the effect, and events that come twice, late, and in the wrong order."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc

from dev.audit.snapshot import snapshot
from dev.lab.experiments.base import Bench, Result, judge
from dev.lab.offer import at_work, shopping, tally, wishes
from shop.events.v1.events_pb2 import DeliverRequest, Event
from shop.events.v1.events_pb2_grpc import EventServiceStub

# Where an answer is on its way, given or got: the neighbours', the provider's, order_service's own. How many in a
# hundred get lost there: more, where fewer orders come by.
REPLIES = {
    "ValidateUser.before_reply": 10,
    "ReserveStock.before_reply": 10,
    "ConfirmReservation.before_reply": 10,
    "ReleaseReservation.before_reply": 40,
    "PlaceOrder.before_reply": 10,
    "Deliver.before_reply": 10,
    "order.before_reserve_stock": 10,
    "order.before_confirm_reservation": 10,
    "provider.authorized": 10,
    "provider.captured": 10,
    "provider.voided": 50,
}
LOSSES = [f"{name}:drop_reply@{percent}%" for name, percent in REPLIES.items()]
AT_THE_SAME_MOMENT = 16


def lost_replies(bench: Bench, *, seed: int, orders: int) -> Result:
    """One reply in ten and more gets lost, on every way there is, after what it tells of was done."""
    with bench.lab.faults.armed(*LOSSES):
        told = at_work(
            shopping(bench.client, bench.cast, seed),
            wishes(bench.cast, orders, seed),
            lambda finished: bench.paced(f"lost replies: {finished} of {orders} orders", finished),
        )
        fired = bench.lab.faults.fired()
    result = Result("replies lost after the effect", seed, f"{orders} orders, {len(fired)} replies lost", tally(told))
    result.require(len(fired) >= orders // 10, f"only {len(fired)} replies got lost")
    silent = {*LOSSES} - {each.fault for each in fired}
    result.require(not silent, f"never lost: {', '.join(sorted(silent))}")
    return judge(bench, result)


def duplicates(bench: Bench, *, seed: int, events: int) -> Result:
    """While the relay is dead, deliver what it would in a random order, two to five times each; then let it go on."""
    draw = random.Random(seed)  # noqa: S311  No secret.
    relays = [name for name in bench.lab.processes if name.startswith("order-worker")]
    with bench.lab.without(*relays):
        told = at_work(
            bench.client.insist,
            wishes(bench.cast, events, seed, cards=("tok_approve", "tok_decline")),
            lambda finished: bench.say(f"duplicates: {finished} of {events} orders"),
        )
        waiting = list(_announced(bench))
        copies = [event for event in waiting for _ in range(draw.randint(2, 5))]
        draw.shuffle(copies)
        bench.say(f"duplicates: delivering {len(waiting)} events {len(copies)} times")
        _deliver(bench, copies)
    done = f"{len(waiting)} events delivered {len(copies)} times in a random order, and by the relay once more"
    result = Result("duplicate and reordered events", seed, done, tally(told))
    # An order whose step took too long waits for the worker, which is dead.
    result.require(len(waiting) >= 0.9 * events, f"only {len(waiting)} events were waiting")
    return judge(bench, result)


def _announced(bench: Bench) -> Iterator[Event]:
    """The events that order_service has not delivered yet."""
    with snapshot(bench.lab.data / "order_service" / "db.sqlite3") as orders:
        for row in orders.rows("SELECT payload FROM outbox_outboxmessage WHERE state = 'pending'"):
            yield Event.FromString(row["payload"])


def _deliver(bench: Bench, events: list[Event]) -> None:
    target = bench.lab.shop.service("notification_service").target
    with grpc.insecure_channel(target) as channel, ThreadPoolExecutor(AT_THE_SAME_MOMENT) as pool:
        stub = EventServiceStub(channel)

        def deliver(event: Event) -> None:
            # As order_service: in plaintext development this is how a service says who it is.
            stub.Deliver(DeliverRequest(event=event), metadata=(("x-service", "order_service"),), timeout=30)

        for _ in pool.map(deliver, events):
            pass
