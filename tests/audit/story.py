"""What a real shop went through, for the auditor to judge: orders that came to every end, through real processes."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from dev.accounts import Person
from dev.audit.history import Told
from dev.audit.reading import read
from dev.audit.verdict import Verdict, audit, judge
from dev.lab.client import Client, Wish
from dev.lab.people import Cast, cast
from dev.ready import until
from dev.running import RunningShop, running_shop
from tests.system.browser import Browser, Reply

CARDS = ("tok_approve", "tok_decline", "tok_timeout", "tok_answer_twice")
BUYERS = 3  # Of the rush, who place an order by each of these cards.


@dataclass(frozen=True)
class Story:
    """How it went: the folder of the shop, which is closed by then, and what there is to know beside it."""

    data: Path
    orders: dict[str, str]  # Ids, by what became of them.
    told: tuple[Told, ...]
    at_work: tuple[Verdict, ...]  # What the auditor said while orders came in.


def play(data: Path) -> Story:
    """Open a shop in `data`, sell, cancel and pay back, wait until nothing is left to do, and close it."""
    with failpoints(data / "failpoints") as lab, running_shop(data) as shop:
        client, people = Client(shop), cast(shop, customers=BUYERS + 3, products=2)
        *buyers, ada, bob, carl = people.customers
        at_work = tuple(_rush(data, client, buyers, people.products))
        _say_how_to_be_told(shop, bob, carl)
        orders = {
            **_sold(client, people, ada, bob, carl),
            **_refused(client, people, ada),
            **_paid_back(client, people, ada),
            "cancelled": _cancelled(client, people, bob, lab),
        }
        until(lambda: judge(read(data)).under_way == 0, "work is left")
    return Story(data, orders, tuple(client.history), at_work)


@contextmanager
def failpoints(folder: Path) -> Iterator[Path]:
    """The folder by which processes that are started meanwhile are told where to fail."""
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAILPOINTS_DIR", str(folder))
        yield folder


def _rush(data: Path, client: Client, buyers: Sequence[Person], products: Sequence[str]) -> Iterator[Verdict]:
    """Audit the shop again and again while several customers buy the same things."""

    def buy(buyer: Person) -> None:
        for card in CARDS:
            _place(client, buyer, {products[0]: 1, products[1]: 2}, card)

    with ThreadPoolExecutor() as pool:
        buying = [pool.submit(buy, buyer) for buyer in buyers]
        while not all(each.done() for each in buying):
            yield audit(data)
        for each in buying:
            each.result()


def _say_how_to_be_told(shop: RunningShop, bob: Person, carl: Person) -> None:
    """Bob of payments by both channels and of cancellations by text message, Carl of payments not at all."""
    browser = Browser(shop, token=bob.token)
    changed = [
        browser.send("PATCH", "user_service", f"/v1/users/{bob.user_id}", {"phone": "+4930123456"}),
        _wish(browser, "ORDER_PAID", "EMAIL", "SMS"),
        _wish(browser, "ORDER_CANCELLED", "SMS"),
        _wish(Browser(shop, token=carl.token), "ORDER_PAID"),
    ]
    assert {reply.status for reply in changed} == {200}, changed


def _wish(browser: Browser, kind: str, *channels: str) -> Reply:
    wish = {"kind": f"NOTIFICATION_KIND_{kind}", "channels": [f"CHANNEL_{channel}" for channel in channels]}
    return browser.send("PATCH", "notification_service", "/v1/preferences", {"preferences": [wish]})


def _sold(client: Client, people: Cast, ada: Person, bob: Person, carl: Person) -> dict[str, str]:
    tea, cup = people.products
    key = str(uuid4())
    sold = {
        "paid": _place(client, ada, {tea: 2, cup: 1}),
        "told by two channels": _place(client, bob, {cup: 3}),
        "told by none": _place(client, carl, {tea: 1}),
        "repeated": _place(client, ada, {cup: 1}, key=key),
        "for nothing": _place(client, ada, {people.free: 2}),
        "as dear as can be": _place(client, ada, {people.dear: 1}),
    }
    _place(client, ada, {cup: 1}, key=key)
    _place(client, ada, {cup: 2}, key=key)
    _wait_until_paid(client, ada, sold["paid"])
    client.cancel(ada, sold["paid"])
    return sold


def _refused(client: Client, people: Cast, ada: Person) -> dict[str, str]:
    tea, _ = people.products
    return {
        "declined": _place(client, ada, {tea: 1}, "tok_decline"),
        "sold out": _place(client, ada, {tea: 1, people.sold_out: 1}),
        "too dear": _place(client, ada, {people.dear: 1, tea: 1}),
    }


def _paid_back(client: Client, people: Cast, ada: Person) -> dict[str, str]:
    tea, _ = people.products
    whole, partly = _place(client, ada, {tea: 4}), _place(client, ada, {tea: 1})
    never = _place(client, ada, {tea: 2}, "tok_refuse_refund")
    for order_id in (whole, partly, never):
        _wait_until_paid(client, ada, order_id)
    for order_id, cents in ((whole, 100), (whole, None), (whole, None), (partly, 100), (never, None)):
        client.refund(people.staff, order_id, cents)
    return {"paid back": whole, "partly paid back": partly, "never paid back": never}


def _cancelled(client: Client, people: Cast, bob: Person, lab: Path) -> str:
    """An order that is called off when its payment is authorised, and its stock is not confirmed yet."""
    (lab / "armed").write_text("order.before_confirm_reservation:error")
    order_id = _place(client, bob, {people.products[0]: 1})
    until((lab / "fired").exists, "nobody came to confirm the stock")
    client.cancel(bob, order_id)
    (lab / "armed").write_text("")
    return order_id


def _place(client: Client, buyer: Person, lines: Mapping[str, int], card: str = "tok_approve", key: str = "") -> str:
    """Order so many of each product. Returns the order's id; empty if the answer has none."""
    wish = Wish(customer=buyer, lines=tuple(lines.items()), card=card, request_id=key or str(uuid4()))
    return client.place(wish).order_id


def _wait_until_paid(client: Client, buyer: Person, order_id: str) -> None:
    until(lambda: client.look(buyer, order_id).status == "paid", "the order is not paid")
