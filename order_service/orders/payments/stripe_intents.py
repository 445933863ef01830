"""Payments as Stripe's PaymentIntents. One is made first and confirmed second, so that it can be cancelled between.

Only making one carries an idempotency key, from the payment's id. An intent is authorised, captured and cancelled once
at most whoever asks how often, and whenever a move is refused, the intent itself says how it stands.
"""

from collections.abc import Callable
from datetime import timedelta

import stripe
from django.utils import timezone

from orders.errors import ProviderUnsure
from orders.payments.stripe_amounts import InexactAmount, to_stripe
from orders.payments.stripe_api import was_invalid
from orders.values import Payment

# Stripe keeps a key for at least a day from its first use, and that is not before the payment was first asked for.
KEYS_SURELY_KEPT = timedelta(hours=20)

CANCELED = "canceled"

# An intent as it stands after a move, and what the move was refused with, if it was.
Moved = tuple[stripe.PaymentIntent, stripe.StripeError | None]


class IntentRefused(Exception):  # noqa: N818  A no of the provider's, not an error.
    """Stripe makes no such intent, whoever asks how often; `reason` says why, in Stripe's words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Intents:
    """The account's intents. Raises the SDK's errors where nobody knows what was done."""

    def __init__(self, api: stripe.StripeClient) -> None:
        self._intents = api.v1.payment_intents

    def id_of(self, payment: Payment) -> str:
        """The payment's intent, made if there is none. Raises IntentRefused."""
        if payment.reference:
            return payment.reference
        keys_may_be_gone = timezone.now() - payment.asked_at > KEYS_SURELY_KEPT
        return (keys_may_be_gone and self._found(payment)) or self._made(payment)

    def confirm(self, intent_id: str, token: str) -> Moved:
        """Set the money aside on the card."""
        return self._after(intent_id, lambda: self._intents.confirm(intent_id, {"payment_method": token}))

    def capture(self, intent_id: str) -> Moved:
        """Take the money."""
        return self._after(intent_id, lambda: self._intents.capture(intent_id))

    def cancel(self, intent_id: str) -> None:
        """Let the money go for good: no request that is still on its way finds the intent open afterwards."""
        intent, _ = self._after(intent_id, lambda: self._intents.cancel(intent_id))
        if intent.status != CANCELED:
            raise ProviderUnsure(f"the intent is {intent.status}, and was to be cancelled")

    def _after(self, intent_id: str, move: Callable[[], stripe.PaymentIntent]) -> Moved:
        try:
            return move(), None
        except (stripe.CardError, stripe.InvalidRequestError) as refused:
            return self._intents.retrieve(intent_id), refused

    def _made(self, payment: Payment) -> str:
        try:
            return self._intents.create(_asked(payment), {"idempotency_key": f"payment-{payment.id}"}).id
        except InexactAmount as inexact:
            raise IntentRefused("inexact_amount") from inexact
        except stripe.InvalidRequestError as refused:
            if not was_invalid(refused):
                raise
            raise IntentRefused(refused.code or "invalid_request") from refused

    def _found(self, payment: Payment) -> str | None:
        """Where the key could have been forgotten, and would make another intent."""
        found = self._intents.search({"query": f"metadata['payment_id']:'{payment.id}'", "limit": 1}).data
        return found[0].id if found else None


def _asked(payment: Payment) -> stripe.params.PaymentIntentCreateParams:
    """The same at each try, as its key demands; so without the card, which an order forgets before it voids."""
    return {
        "amount": to_stripe(payment.amount),
        "currency": payment.amount.currency.lower(),
        "capture_method": "manual",
        "allowed_payment_method_types": ["card"],
        "metadata": {"payment_id": str(payment.id)},
    }
