"""The Payments that `world.py` asks for, answered by the sandbox provider."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from chassis.errors import Refusal
from chassis.failpoints import reply_passes
from orders.errors import CaptureRefused, InsufficientFunds, PaymentDeclined, RefundRefused
from orders.values import Authorization, Money, Payment
from sandbox import provider


class SandboxGateway:
    """Speaks to the sandbox provider, and turns its words into the shop's."""

    def authorize(self, payment: Payment, token: str) -> Authorization:
        with _provider_errors(PaymentDeclined, insufficient_funds=InsufficientFunds):
            provider.authorize(
                payment_id=payment.id,
                token=token,
                amount_minor=payment.amount.minor,
                currency=payment.amount.currency,
            )
        return Authorization(str(payment.id))

    def capture(self, payment: Payment) -> None:
        with _provider_errors(CaptureRefused):
            provider.capture(payment_id=payment.id)

    def void(self, payment: Payment) -> None:
        provider.void(payment_id=payment.id)
        reply_passes()

    def refund(self, payment: Payment, refund_id: UUID, amount: Money) -> None:
        with _provider_errors(RefundRefused):
            provider.refund(payment_id=payment.id, refund_id=refund_id, amount_minor=amount.minor)


@contextmanager
def _provider_errors(usual: type[Refusal], **by_reason: type[Refusal]) -> Iterator[None]:
    """Turn a no of the provider's into the refusal that its reason stands for, else into the `usual` one."""
    try:
        yield
        reply_passes()
    except provider.Declined as declined:
        refusal = by_reason.get(declined.reason, usual)
        raise refusal(metadata={"provider_reason": declined.reason}) from declined
