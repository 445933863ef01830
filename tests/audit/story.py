"""What a real shop went through, for the auditor to judge: orders that came to every end, through real processes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from dev.audit.history import Told
from dev.audit.reading import read
from dev.audit.verdict import Verdict, audit, judge
from dev.ready import until
from dev.running import running_shop
from tests.audit.clients import Client, customer, seller

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
        clients = [customer(shop) for _ in range(BUYERS)]
        at_work = tuple(_rush(data, clients, _products(clients[0])))
        ada, bob, carl, staff = customer(shop), customer(shop, "+4930123456"), customer(shop), seller(shop)
        bob.wishes("ORDER_PAID", "EMAIL", "SMS")
        bob.wishes("ORDER_CANCELLED", "SMS")
        carl.wishes("ORDER_PAID")
        orders = {**_sold(ada, bob, carl), **_refused(ada), **_paid_back(ada, staff)}
        orders["cancelled"] = _cancelled(bob, lab)
        until(lambda: judge(read(data)).under_way == 0, "work is left")
    told = tuple(told for client in (*clients, ada, bob, carl, staff) for told in client.told)
    return Story(data, orders, told, at_work)


@contextmanager
def failpoints(folder: Path) -> Iterator[Path]:
    """The folder by which processes that are started meanwhile are told where to fail."""
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAILPOINTS_DIR", str(folder))
        yield folder


def _rush(data: Path, clients: list[Client], products: list[str]) -> Iterator[Verdict]:
    """Audit the shop again and again while several customers buy the same things."""

    def buy(client: Client) -> None:
        for card in CARDS:
            client.place({products[0]: 1, products[1]: 2}, card)

    with ThreadPoolExecutor() as pool:
        buying = [pool.submit(buy, client) for client in clients]
        while not all(each.done() for each in buying):
            yield audit(data)
        for each in buying:
            each.result()


def _sold(ada: Client, bob: Client, carl: Client) -> dict[str, str]:
    tea, cup = _products(ada)
    key = str(uuid4())
    sold = {
        "paid": ada.place({tea: 2, cup: 1}),
        "told by two channels": bob.place({cup: 3}),
        "told by none": carl.place({tea: 1}),
        "repeated": ada.place({cup: 1}, key=key),
    }
    ada.place({cup: 1}, key=key)
    ada.place({cup: 2}, key=key)
    until(lambda: ada.sees(sold["paid"]) == "paid", "the order is not paid")
    ada.cancel(sold["paid"])
    return sold


def _refused(ada: Client) -> dict[str, str]:
    tea, cup = _products(ada)
    return {"declined": ada.place({tea: 1}, "tok_decline"), "sold out": ada.place({tea: 1, cup: 1000})}


def _paid_back(ada: Client, staff: Client) -> dict[str, str]:
    tea, _ = _products(ada)
    whole, partly, never = ada.place({tea: 4}), ada.place({tea: 1}), ada.place({tea: 2}, "tok_refuse_refund")
    for order_id in (whole, partly, never):
        until(lambda: ada.sees(order_id) == "paid", "the order is not paid")  # noqa: B023  It is waited for here.
    staff.refund(whole, 100)
    staff.refund(whole)
    staff.refund(whole)
    staff.refund(partly, 100)
    staff.refund(never)
    return {"paid back": whole, "partly paid back": partly, "never paid back": never}


def _cancelled(client: Client, lab: Path) -> str:
    """An order that is called off when its payment is authorised, and its stock is not confirmed yet."""
    (lab / "armed").write_text("order.before_confirm_reservation:error")
    order_id = client.place({_products(client)[0]: 1})
    until((lab / "fired").exists, "nobody came to confirm the stock")
    client.cancel(order_id)
    (lab / "armed").write_text("")
    return order_id


def _products(client: Client) -> list[str]:
    """Two products with plenty in stock."""
    listed = client.browser.get("product_service", "/v1/products?in_stock=true&page_size=100").body["products"]
    listed.sort(key=lambda product: (-int(product["available_quantity"]), product["product_id"]))
    return [product["product_id"] for product in listed[:2]]
