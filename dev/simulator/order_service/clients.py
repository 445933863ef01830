"""How order_service calls its neighbours, as `orders/clients.py` and `orders/payments.py` do."""

from collections.abc import Sequence

from dev.simulator.failures import Defect, Failure, NoAnswer, Refusal
from dev.simulator.kernel import Call as Request
from dev.simulator.kernel import Steps
from dev.simulator.order_service.rows import Order, Refund
from dev.simulator.order_service.store import OrderStore
from dev.simulator.profile import Settings
from dev.simulator.values import Hold
from orders import errors
from orders.saga import Call

MARGIN = 0.05
GONE = (errors.ReservationExpired, errors.ReservationReleased)
# Refusals of product_service that order_service knows by name.
PRODUCT = {
    Call.RESERVE_STOCK: (
        errors.ProductNotFound,
        errors.OutOfStock,
        errors.MixedCurrencies,
        errors.TotalTooLarge,
        *GONE,
    ),
    Call.CONFIRM_RESERVATION: (errors.ReservationNotFound, *GONE),
    Call.RELEASE_RESERVATION: (),
}
# What the provider's no means, if it has none of the other reasons. A void cannot be refused.
PROVIDER = {
    Call.AUTHORIZE_PAYMENT: errors.PaymentDeclined,
    Call.CAPTURE_PAYMENT: errors.CaptureRefused,
    Call.REFUND_PAYMENT: errors.RefundRefused,
}
OTHER = {"insufficient_funds": errors.InsufficientFunds}
# What the gateway answers itself if there is nothing to charge.
CHARGING = (Call.AUTHORIZE_PAYMENT, Call.CAPTURE_PAYMENT, Call.VOID_PAYMENT)


class Clients:
    """Calls to neighbours. Each raises a Refusal that order_service knows, or another Failure, which says nothing."""

    def __init__(self, store: OrderStore, settings: Settings) -> None:
        self.store = store
        self.settings = settings

    def validate(self, user_id: str, until: float) -> Steps[None]:
        """Ask user_service whether somebody may order."""
        yield Request("user_service", "validate_user", user_id, self._timeout(until))

    def make(self, work: Order | Refund, owed: Call, until: float) -> Steps[Hold | None]:
        """Make the call that is owed, with what it brings."""
        order = work if isinstance(work, Order) else self.store.orders[work.order_id]
        if owed in CHARGING and order.hold and order.hold.total_minor == 0:
            return None
        service = "product_service" if owed in PRODUCT else "provider"
        request = Request(service, owed, self._asked(order, work, owed), self._timeout(until), order.id)
        try:
            hold: Hold | None = yield request
        except Refusal as no:
            raise _understood(owed, no) from no
        return hold

    def _asked(self, order: Order, work: Order | Refund, owed: Call) -> Sequence[object]:
        if isinstance(work, Refund):
            return order.payment_id, work.id, work.amount_minor
        match owed:
            case Call.RESERVE_STOCK:
                return order.id, order.lines
            case Call.CONFIRM_RESERVATION | Call.RELEASE_RESERVATION:
                return (order.id,)
            case Call.AUTHORIZE_PAYMENT:
                if order.hold is None:
                    raise Defect(f"order {order.id} has no price yet")
                return order.payment_id, order.card, order.hold.total_minor
        return (order.payment_id,)

    def _timeout(self, until: float) -> float:
        timeout = min(self.settings.call_timeout, until - self.store.database.now - MARGIN)
        if timeout <= 0:
            raise NoAnswer("the caller's time is up")
        return timeout


def _understood(owed: Call, no: Refusal) -> Failure:
    if owed in PRODUCT:
        known = no.reason in [refusal.reason() for refusal in PRODUCT[owed]]
        return no if known else NoAnswer(f"an unknown refusal: {no.reason}")
    if owed not in PROVIDER:
        return NoAnswer(f"{owed} is refused: {no.reason}")
    return Refusal(OTHER.get(no.reason, PROVIDER[owed]).reason())
