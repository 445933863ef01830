"""What an order needs from its neighbours, in its own words.

An answer is a return value, a refusal from `errors.REFUSALS` is a no, and any other exception leaves the outcome
unknown. Every call may be repeated with the same ids and then gives the same answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from chassis.call import Caller
from orders.values import Authorization, Hold, Line, Money, Payment


class Users(Protocol):
    """Who may order; answered by user_service."""

    def validate(self, user_id: UUID, caller: Caller) -> None:
        """Raise UserNotFound or UserDeactivated unless `user_id` may order.

        Raise SessionExpired or BuyerNotAllowed unless the caller may order for them.
        """


class Catalog(Protocol):
    """Stock and prices; answered by product_service."""

    def reserve_stock(self, order_id: UUID, lines: Sequence[Line]) -> Hold:
        """Hold all lines and price them.

        Raises ProductNotFound, OutOfStock, MixedCurrencies, TotalTooLarge, ReservationExpired and ReservationReleased.
        """

    def confirm_reservation(self, order_id: UUID) -> None:
        """Keep the hold for good. Raises ReservationExpired, ReservationReleased and ReservationNotFound."""

    def release_reservation(self, order_id: UUID) -> None:
        """Give up the hold, also one that arrives later."""


class Payments(Protocol):
    """Money; answered by a payment provider. A payment's id and a refund's are the keys that repeats are told by.

    A payment of nothing is answered with yes, and no provider hears of it.
    """

    def authorize(self, payment: Payment, token: str) -> Authorization:
        """Set the amount aside on the customer's card, or raise PaymentDeclined or InsufficientFunds."""

    def capture(self, payment: Payment) -> None:
        """Take what was set aside, or raise CaptureRefused."""

    def void(self, payment: Payment) -> None:
        """Let go of what was set aside, also of what arrives later."""

    def refund(self, payment: Payment, refund_id: UUID, amount: Money) -> None:
        """Pay `amount` of what was captured back, or raise RefundRefused."""


@dataclass(frozen=True, slots=True)
class World:
    """The neighbours that bring an order to its end."""

    catalog: Catalog
    payments: Payments
