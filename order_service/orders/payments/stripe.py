"""Stripe as a gateway. Why it is done so is in docs/decisions/0019-payments.md."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import stripe

from chassis.errors import Refusal
from orders.books import BookedPayment
from orders.errors import CaptureRefused, InsufficientFunds, PaymentDeclined, ProviderUnsure, RefundRefused
from orders.payments.stripe_amounts import InexactAmount, to_stripe
from orders.payments.stripe_api import PAGE, client, tag, unsure, was_invalid
from orders.payments.stripe_books import booked_since
from orders.payments.stripe_intents import CANCELED, IntentRefused, Intents
from orders.values import Authorization, Money, Payment

AUTHORIZED = ("requires_capture", "succeeded")


class StripeGateway:
    """Speaks to the Stripe account that the settings name. A card's token is the id of a PaymentMethod."""

    def __init__(self) -> None:
        self._api = client()
        self._intents = Intents(self._api)

    def authorize(self, payment: Payment, token: str) -> Authorization:
        if payment.is_free:
            return Authorization("")
        with unsure():
            try:
                intent_id = self._intents.id_of(payment)
            except IntentRefused as refused:
                raise PaymentDeclined(metadata={"provider_reason": refused.reason}) from refused
            self._set_aside(intent_id, token)
        return Authorization(intent_id)

    def capture(self, payment: Payment) -> None:
        if payment.is_free:
            return
        with unsure():
            intent, refused = self._intents.capture(self._intents.id_of(payment))
        if intent.status == "succeeded":
            return
        if intent.status == CANCELED or isinstance(refused, stripe.CardError):
            raise CaptureRefused(metadata={"provider_reason": _code(refused) or intent.status})
        raise ProviderUnsure(f"the intent is {intent.status}")

    def void(self, payment: Payment) -> None:
        if payment.is_free:
            return
        with unsure():
            try:
                intent_id = self._intents.id_of(payment)
            except IntentRefused:
                return  # Nothing is set aside, and nothing can be.
            self._intents.cancel(intent_id)

    def refund(self, payment: Payment, refund_id: UUID, amount: Money) -> None:
        with unsure():
            intent_id = self._intents.id_of(payment)
            refund = self._made_before(intent_id, refund_id) or self._make(intent_id, refund_id, amount)
        if refund.status in ("failed", CANCELED):
            raise RefundRefused(metadata={"provider_reason": getattr(refund, "failure_reason", None) or refund.status})
        if refund.status != "succeeded":
            raise ProviderUnsure(f"the refund is {refund.status}")

    def payments_since(self, since: datetime) -> Iterator[BookedPayment]:
        """What Stripe says of the intents that bear the id of a payment; others on the account are not the shop's."""
        with unsure():
            yield from booked_since(self._api, since)

    def _set_aside(self, intent_id: str, token: str) -> None:
        """Confirm the intent, or raise the refusal, with the intent cancelled: only then is the no one for good."""
        intent, refused = self._intents.confirm(intent_id, token)
        if intent.status in AUTHORIZED:
            return
        if intent.status == "processing":
            raise ProviderUnsure("the intent is processing")
        self._intents.cancel(intent_id)
        raise _declined(intent, refused)

    def _made_before(self, intent_id: str, refund_id: UUID) -> stripe.Refund | None:
        """The refund, if Stripe has it already: its key may be forgotten, however old the payment is."""
        made = self._api.v1.refunds.list({"payment_intent": intent_id, "limit": PAGE}).auto_paging_iter()
        return next((each for each in made if tag(each, "refund_id") == str(refund_id)), None)

    def _make(self, intent_id: str, refund_id: UUID, amount: Money) -> stripe.Refund:
        try:
            asked: stripe.params.RefundCreateParams = {
                "payment_intent": intent_id,
                "amount": to_stripe(amount),
                "metadata": {"refund_id": str(refund_id)},
            }
            return self._api.v1.refunds.create(asked, {"idempotency_key": f"refund-{refund_id}"})
        except InexactAmount as inexact:
            raise RefundRefused(metadata={"provider_reason": "inexact_amount"}) from inexact
        except stripe.InvalidRequestError as refused:
            if not was_invalid(refused):
                raise
            raise RefundRefused(metadata={"provider_reason": refused.code or "invalid_request"}) from refused


def _declined(intent: stripe.PaymentIntent, refused: stripe.StripeError | None) -> Refusal:
    """Why the card was not charged, by Stripe's code for it.

    The issuer's own reason stays with Stripe, but for an empty account: whoever holds a stolen card is not told so.
    """
    if intent.status == "requires_action":
        # The customer would have to prove who they are, in a browser, to their bank. Nobody is there to do that.
        return PaymentDeclined(metadata={"provider_reason": "authentication_required"})
    told = refused.error if isinstance(refused, stripe.CardError) else getattr(intent, "last_payment_error", None)
    if getattr(told, "decline_code", None) == "insufficient_funds":
        return InsufficientFunds(metadata={"provider_reason": "insufficient_funds"})
    reason = getattr(told, "code", None) or (intent.status != CANCELED and _code(refused)) or intent.status
    return PaymentDeclined(metadata={"provider_reason": reason})


def _code(refused: stripe.StripeError | None) -> str | None:
    return refused.code if refused else None
