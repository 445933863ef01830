"""What Stripe has written down of the shop's payments."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from uuid import UUID

import stripe

from orders.books import BookedPayment
from orders.payments.stripe_amounts import from_stripe
from orders.payments.stripe_api import PAGE, tag

NOT_PAID_BACK = ("failed", "canceled")


def booked_since(api: stripe.StripeClient, since: datetime) -> Iterator[BookedPayment]:
    """The intents made at `since` or later that bear the id of a payment, with their refunds."""
    begun = int(since.timestamp())
    refunds = _refunds_since(api, begun)
    for intent in api.v1.payment_intents.list({"created": {"gte": begun}, "limit": PAGE}).auto_paging_iter():
        if tag(intent, "payment_id"):
            yield _booked(intent, refunds[intent.id])


def _refunds_since(api: stripe.StripeClient, begun: int) -> Mapping[str, dict[str, int]]:
    """What was paid back, by intent. A refund is not older than its intent."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for refund in api.v1.refunds.list({"created": {"gte": begun}, "limit": PAGE}).auto_paging_iter():
        if refund.status not in NOT_PAID_BACK:
            found[str(refund.payment_intent)][tag(refund, "refund_id") or refund.id] = refund.amount
    return found


def _booked(intent: stripe.PaymentIntent, refunds: Mapping[str, int]) -> BookedPayment:
    currency = intent.currency.upper()
    return BookedPayment(
        payment_id=UUID(tag(intent, "payment_id")),
        reference=intent.id,
        booked_at=datetime.fromtimestamp(intent.created, UTC),
        currency=currency,
        set_aside_minor=from_stripe(currency, intent.amount_capturable),
        captured_minor=from_stripe(currency, intent.amount_received),
        refunds={refund_id: from_stripe(currency, amount) for refund_id, amount in refunds.items()},
    )
