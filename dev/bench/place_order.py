"""What an order costs, whole: account, stock and payment, each step stored before the next."""

import re
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

from dev.accounts import CUSTOMER, STAFF, sign_in
from dev.bench.load import PlaceOrder
from dev.bench.servers import Bench
from dev.bench.table import Line
from dev.lab.people import PLENTY, on_sale
from dev.running import RunningShop

SECONDS = 8.0
PROCESSES = ("user-rpc", "product-rpc", "order-rpc", "notification-rpc")
CALLED = {
    "user-rpc": ("UserService/ValidateUser",),
    "product-rpc": ("ProductService/ReserveStock", "ProductService/ConfirmReservation"),
}


def measure(bench: Bench) -> Iterator[Line]:
    """Orders a second with one caller and with 8, every one of them paid, and who spends the time."""
    with bench.shop("place-order", *PROCESSES) as shop:
        load = PlaceOrder(shop.service("order_service").target, sign_in(shop, CUSTOMER).metadata, stocked(shop))
        for callers in (1, 8):
            before = {name: len(shop.log(name).read_bytes()) for name in PROCESSES}
            result = bench.callers.burst(load, callers, SECONDS, warm_up=3)
            who = "1 caller" if callers == 1 else f"{callers} callers"
            yield Line(f"PlaceOrder, {who}", f"{result.rate:.1f}/s", f"all paid; p50 {result.p50:.0f} ms")
            yield from shares(shop, before)


def shares(shop: RunningShop, before: dict[str, int]) -> Iterator[Line]:
    """Where the time of a mean order goes, by what the processes have logged since."""
    whole = mean(logged(shop.log("order-rpc"), "OrderService/PlaceOrder", before["order-rpc"]))
    rest = whole
    for process, methods in CALLED.items():
        for method in methods:
            took = mean(logged(shop.log(process), method, before[process]))
            rest -= took
            yield share(f"in {method}", took, whole)
    yield share("own commits, the payment's, and the wire", rest, whole)


def share(what: str, took: float, whole: float) -> Line:
    """A line below that of the orders."""
    return Line(f"  {what}", f"{took:.1f} ms", f"{took / whole:.0%} of {whole:.1f} ms")


def logged(log: Path, method: str, since: int) -> list[float]:
    """The milliseconds of each call of `method` that the log tells from byte `since` on."""
    pattern = rf"method=\S*{method}\s+code=OK\s+ms=([\d.]+)"
    return [float(each) for each in re.findall(pattern, log.read_bytes()[since:].decode())]


def stocked(shop: RunningShop) -> tuple[str, ...]:
    """Two products with stock for any number of orders."""
    staff = sign_in(shop, STAFF)
    return tuple(on_sale(shop, staff, PLENTY) for _ in range(2))
