"""What is for sale, and the one way in which stock changes, as `products/stock.py` has it."""

from dataclasses import dataclass, replace

from dev.simulator.database import Database, Transaction
from dev.simulator.failures import Refusal
from dev.simulator.kernel import Steps
from dev.simulator.values import Line


@dataclass(frozen=True, slots=True)
class Product:
    """Something for sale."""

    id: str
    price_minor: int
    available: int = 0


@dataclass(frozen=True, slots=True)
class Movement:
    """One change of a product's stock."""

    product_id: str
    delta: int
    reason: str
    order_id: str | None = None


class Stock:
    """Products, and what moved their stock."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.products: dict[str, Product] = {}
        self.movements: dict[tuple[int, int], Movement] = {}

    def receive(self, product: Product, units: int) -> Steps[None]:
        """Put units on sale, the first of a new product too, at the product's price."""

        def change(tx: Transaction) -> None:
            self.change(tx, replace(self.products.get(product.id, product), price_minor=product.price_minor), units)

        yield from self.database.commit(change, "product.receiving")

    def change(
        self, tx: Transaction, product: Product, delta: int, reason: str = "received", order_id: str | None = None
    ) -> None:
        """Add units to a product, or with a minus take them, and write down why."""
        tx.put(self.products, product.id, replace(product, available=product.available + delta))
        tx.put(self.movements, tx.new_id(), Movement(product.id, delta, reason, order_id))

    def take(self, tx: Transaction, order_id: str, line: Line) -> int:
        """Take the units of a line. Returns the price of one; Refusal if there are too few."""
        product = self.products[line.product_id]
        if product.available < line.quantity:
            raise Refusal("OUT_OF_STOCK")
        self.change(tx, product, -line.quantity, "reserved", order_id)
        return product.price_minor
