"""What a list costs in a large shop beside a small one. $ROWS says how large."""

import os
from collections.abc import Iterator

from dev.accounts import CUSTOMER, CUSTOMER_ID, STAFF, sign_in
from dev.bench.load import Rpc
from dev.bench.rounds import in_turns, p50
from dev.bench.servers import Bench, start
from dev.bench.table import Line, compared
from dev.prepare import manage
from dev.running import RunningShop
from shop.orders.v1 import orders_pb2
from shop.products.v1 import products_pb2

FEW, MANY = 100, int(os.environ.get("ROWS", "100000"))
ORDERS = "/shop.orders.v1.OrderService/ListOrders"
PRODUCTS = "/shop.products.v1.ProductService/ListProducts"
PROCESSES = ("user-rpc", "order-rpc", "product-rpc")

Lists = dict[str, Rpc]


def measure(bench: Bench) -> Iterator[Line]:
    """The first page of each list, with one caller."""
    with bench.shop("large") as large, bench.shop("small") as small:
        many, few = filled(large, MANY), filled(small, FEW)
        for what, load in many.items():
            result = in_turns(bench.callers, load, few[what], threads=1, seconds=0.7, value=p50)
            yield compared(f"{what}, {MANY:,} rows, p50", result, " ms", f"{FEW} rows", "<= 1.5")


def filled(shop: RunningShop, rows: int) -> Lists:
    """Lists of a shop with so many rows in each."""
    manage(shop.shop, shop.service("order_service"), "fill_orders", str(rows), CUSTOMER_ID)
    manage(shop.shop, shop.service("product_service"), "fill_products", str(rows))
    start(shop, *PROCESSES)
    orders, products = shop.service("order_service").target, shop.service("product_service").target
    every_order = orders_pb2.ListOrdersRequest().SerializeToString()
    tea = products_pb2.ListProductsRequest(category="tea", in_stock=True, sort=products_pb2.PRODUCT_SORT_NAME)
    return {
        "ListOrders, a customer's": Rpc(orders, ORDERS, every_order, sign_in(shop, CUSTOMER).metadata),
        "ListOrders, all, for staff": Rpc(orders, ORDERS, every_order, sign_in(shop, STAFF).metadata),
        "ListProducts": Rpc(products, PRODUCTS, products_pb2.ListProductsRequest().SerializeToString()),
        "ListProducts, tea in stock": Rpc(products, PRODUCTS, tea.SerializeToString()),
    }
