"""What people outside do, and what they are told: they buy, ask again, change their minds, and want money back."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from dev.audit.history import Outcome, Told
from dev.simulator.failures import Failure, Refusal
from dev.simulator.kernel import Call, Steps
from dev.simulator.order_service.operations import Asked, status
from dev.simulator.order_service.refunds import Wish
from dev.simulator.order_service.rows import Order
from dev.simulator.people import CUSTOMERS, STAFF
from dev.simulator.provider import CARDS
from dev.simulator.shop import Shop
from dev.simulator.values import Line
from orders.saga import State

PATIENCE = (0.6, 2.0, 4.0, 4.0)  # Seconds that a client waits for an answer.
TRIES = 8


class Customers:
    """Everybody outside, and the history of what they were told."""

    def __init__(self, shop: Shop, look: Callable[[], None]) -> None:
        """`look` is called whenever somebody is told of an order's end for the first time: it must be so by then."""
        self.shop = shop
        self.random = shop.random
        self._told: list[Told] = []
        self._asking: dict[int, Told] = {}  # Calls that have no answer yet.
        self._calls = count(1)
        self._look = look
        self._ends: set[tuple[str, str]] = set()

    @property
    def told(self) -> list[Told]:
        """What everybody was told so far; of a call that is not answered yet, that its end is unknown."""
        return [*self._told, *self._asking.values()]

    def come(self) -> None:
        """Everybody begins with what they are going to do."""
        draw = self.random
        # Some days all come at once.
        opening = draw.choice((0.2, 0.3 * self.shop.settings.fault_time, 0.6 * self.shop.settings.fault_time))
        for number in range(self.shop.settings.orders):
            asked, start = self._wish(number), draw.uniform(0, opening)
            # Impatient clients send the same several times at once.
            for _ in range(draw.choice((1, 1, 2, 3))):
                self._spawn(self.buy(asked, start + draw.choice((0.0, draw.random()))))
            if draw.random() < 0.3:
                self._spawn(self.call_off(asked, start + draw.choice((draw.uniform(0, 0.3), draw.uniform(0, 5)))))
            for refund in range(draw.choice((0, 1, 1, 2))):
                self._spawn(self.want_back(asked, f"refund {refund} of {number}", start + draw.uniform(0, 6)))
        self._spawn(self.restock())

    def buy(self, asked: Asked, start: float) -> Steps[None]:
        """Place an order, ask again until there is an answer, and sometimes once more after that."""
        yield start
        for _ in range(TRIES):
            outcome = yield from self._place(replace(asked, patience=self.random.choice(PATIENCE)))
            if outcome is not Outcome.UNKNOWN:
                break
            yield self.random.uniform(0.1, 2.0)
        again = self.random.random()
        if again < 0.5:
            yield self.random.uniform(0.1, 6.0)
            yield from self._place(asked if again > 0.1 else replace(asked, lines=asked.lines[:1], card="other"))

    def call_off(self, asked: Asked, start: float) -> Steps[None]:
        """Cancel the order, once it is there."""
        yield start
        for _ in range(TRIES):
            if order := self._order_of(asked):
                patience = self.random.choice(PATIENCE)
                told = Told(call="cancel", caller=asked.customer, outcome=Outcome.UNKNOWN, order_id=order.id)
                if (yield from self._ask("cancel_order", (order.id, patience), patience, told)) is not Outcome.UNKNOWN:
                    return
            yield self.random.uniform(0.1, 2.0)

    def want_back(self, asked: Asked, request_id: str, start: float) -> Steps[None]:
        """Have staff refund the order, in whole or in part, mostly when it is paid, and sometimes twice at once."""
        yield start
        amount = self.random.choice((None, None, 1, 150))
        for _ in range(TRIES):
            order = self._order_of(asked)
            if order and (order.state == State.PAID or self.random.random() < 0.1):
                for _ in range(self.random.choice((0, 0, 1))):
                    self._spawn(self._refund(request_id, order.id, amount))
                if (yield from self._refund(request_id, order.id, amount)) is not Outcome.UNKNOWN:
                    return
            yield self.random.uniform(0.1, 2.0)

    def restock(self) -> Steps[None]:
        """Have more of something delivered, at another price."""
        yield self.random.uniform(0, self.shop.settings.fault_time)
        product = self.random.choice(list(self.shop.products.products.values()))
        yield from self.shop.products.receive(replace(product, price_minor=product.price_minor + 1), 2)

    def _place(self, asked: Asked) -> Steps[Outcome]:
        told = Told(
            call="place",
            caller=asked.customer,
            outcome=Outcome.UNKNOWN,
            request_id=asked.request_id,
            values_fingerprint=asked.fingerprint,
        )
        return (yield from self._ask("place_order", asked, asked.patience, told))

    def _refund(self, request_id: str, order_id: str, amount: int | None) -> Steps[Outcome]:
        wish = Wish(
            staff=STAFF,
            request_id=request_id,
            order_id=order_id,
            amount_minor=amount,
            patience=self.random.choice(PATIENCE),
        )
        told = Told(
            call="refund",
            caller=STAFF,
            outcome=Outcome.UNKNOWN,
            request_id=request_id,
            values_fingerprint=f"{amount} of {order_id}",
            order_id=order_id,
        )
        return (yield from self._ask("refund_order", wish, wish.patience, told))

    def _ask(self, method: str, request: object, patience: float, told: Told) -> Steps[Outcome]:
        """Make a call, and write down what its client is told."""
        number = next(self._calls)
        self._asking[number] = told
        try:
            order: Any = yield Call("order_service", method, request, patience)
        except Refusal as no:
            told = replace(told, outcome=Outcome.REFUSED, reason=no.reason, order_id=no.order_id or told.order_id)
        except Failure:
            pass
        else:
            told = replace(told, outcome=Outcome.OK, order_id=order.id, status=status(order))
        del self._asking[number]
        self._told.append(told)
        self.shop.kernel.tell(
            "%s is told of %s %s: %s %s",
            told.caller,
            told.call,
            told.order_id,
            told.outcome,
            told.status or told.reason,
        )
        end = (told.order_id, told.status)
        if told.order_id and told.status != "pending" and end not in self._ends:
            self._ends.add(end)
            self._look()
        return told.outcome

    def _wish(self, number: int) -> Asked:
        products = sorted(self.shop.products.products)
        wanted = self.random.sample(products, self.random.randint(1, min(2, len(products))))
        return Asked(
            customer=self.random.choice(CUSTOMERS),
            request_id=f"request-{number}",
            lines=tuple(Line(product_id, self.random.randint(1, 2)) for product_id in wanted),
            card=self.random.choice(CARDS[:1] * len(CARDS) + CARDS),
            patience=self.random.choice(PATIENCE),
        )

    def _order_of(self, asked: Asked) -> Order | None:
        """What a look into the list of orders says."""
        return self.shop.orders.placed_before(asked.customer, asked.request_id)

    def _spawn(self, steps: Steps[Any]) -> None:
        self.shop.kernel.spawn(self.shop.outside, steps)
