"""Neighbours that do as they are told, and remember what they were asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from chassis.call import Caller
from orders.errors import UserNotFound
from orders.values import Authorization, HeldLine, Hold, Line, Money, Payment
from orders.world import World


class Lost(Exception):  # noqa: N818
    """A reply that never came: the neighbour may have acted."""


@dataclass
class Script:
    """What a fake neighbour answers: `answers[call]` is raised, one for each time, before all is well."""

    answers: dict[str, list[Exception]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def play(self, call: str) -> None:
        """Take note of the call, and raise what the script says."""
        self.asked.append(call)
        if self.answers.get(call):
            raise self.answers[call].pop(0)


class FakeUsers:
    """Everybody is a customer, but for `strangers`."""

    def __init__(self, *strangers: UUID) -> None:
        self.strangers = strangers

    def validate(self, user_id: UUID, caller: Caller) -> None:
        if user_id in self.strangers:
            raise UserNotFound


class FakeCatalog(Script):
    """Every product costs EUR 2.50, or as much as `price_minor` says."""

    price_minor = 250

    def reserve_stock(self, order_id: UUID, lines: Sequence[Line]) -> Hold:
        self.play("reserve_stock")
        held = [HeldLine(line.product_id, "Green tea", Money("EUR", self.price_minor)) for line in lines]
        return Hold(held, Money("EUR", self.price_minor * sum(line.quantity for line in lines)))

    def confirm_reservation(self, order_id: UUID) -> None:
        self.play("confirm_reservation")

    def release_reservation(self, order_id: UUID) -> None:
        self.play("release_reservation")


class FakePayments(Script):
    """Every card is good."""

    def authorize(self, payment: Payment, token: str) -> Authorization:
        self.play("authorize_payment")
        return Authorization(f"fake_{payment.id}")

    def capture(self, payment: Payment) -> None:
        self.play("capture_payment")

    def void(self, payment: Payment) -> None:
        self.play("void_payment")

    def refund(self, payment: Payment, refund_id: UUID, amount: Money) -> None:
        self.play("refund_payment")


def a_world(**answers: Sequence[Exception]) -> tuple[World, list[str]]:
    """A world in which the named calls raise, and the list of calls made in it.

    `a_world(capture_payment=[Lost()])` loses the first reply to a capture; the second comes through.
    """
    script = {call: list(raised) for call, raised in answers.items()}
    asked: list[str] = []
    return World(catalog=FakeCatalog(script, asked), payments=FakePayments(script, asked)), asked
