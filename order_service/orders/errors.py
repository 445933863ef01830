"""What order_service refuses, in the shop's words."""

from chassis.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied, Refusal


class OrderNotFound(NotFound):
    """There is no such order."""


class BuyerNotAllowed(PermissionDenied):
    """Only staff may place an order for somebody else."""


class OrderNotCancellable(FailedPrecondition):
    """The order is paid, or just being charged: it cannot be called off, only refunded."""


class OrderNotRefundable(FailedPrecondition):
    """The order is not paid, or less is left of what was paid than is to be paid back."""


class CurrencyMismatch(FailedPrecondition):
    """The order was paid in another currency."""


class RefundRefused(FailedPrecondition):
    """The payment provider does not pay this back."""


class UserNotFound(NotFound):
    """There is no such user."""


class UserDeactivated(FailedPrecondition):
    """The user's account is closed."""


class ProductNotFound(NotFound):
    """A product of the order does not exist, or is not for sale any more."""


class OutOfStock(FailedPrecondition):
    """A product has fewer units left than the order asks for."""


class MixedCurrencies(FailedPrecondition):
    """The products of the order are priced in different currencies."""


class TotalTooLarge(FailedPrecondition):
    """The order costs more than one order may."""


class ReservationExpired(FailedPrecondition):
    """The stock held for the order went back on sale: its time ran out before it was paid."""


class ReservationReleased(FailedPrecondition):
    """The stock held for the order went back on sale: it was given up."""


class ReservationNotFound(FailedPrecondition):
    """Nothing was held for the order."""


class PaymentDeclined(FailedPrecondition):
    """The payment provider declined the card."""


class InsufficientFunds(FailedPrecondition):
    """The card does not cover the order."""


class CaptureRefused(FailedPrecondition):
    """The payment provider let the authorisation go before it was captured."""


class WebhookNotSigned(InvalidArgument):
    """This does not come from the payment provider, or not from just now."""


class ProviderUnsure(Exception):  # noqa: N818  It decides nothing, and is no failure of this service's.
    """No refusal: nobody knows what the payment provider did, or it has not finished doing it."""


# Every no that undoes an order.
UNDOING = (
    ProductNotFound,
    OutOfStock,
    MixedCurrencies,
    TotalTooLarge,
    ReservationExpired,
    ReservationReleased,
    ReservationNotFound,
    PaymentDeclined,
    InsufficientFunds,
    CaptureRefused,
)

# Every no that a step of the saga understands. Whatever is not here leaves the outcome unknown.
REFUSALS = (*UNDOING, RefundRefused)


def undoing(reason: str) -> type[Refusal] | None:
    """The refusal with this reason, as in "OUT_OF_STOCK"; None if it undoes no order."""
    return {refusal.reason(): refusal for refusal in UNDOING}.get(reason)
