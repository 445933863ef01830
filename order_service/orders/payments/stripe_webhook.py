"""`POST /webhooks/stripe`: Stripe says that something happened to a payment. Whoever waits for that asks Stripe itself.

Duplicates, late events and events about other payments change nothing, and are answered with 200: Stripe would repeat
them for days otherwise.
"""

from typing import Any
from uuid import UUID

import stripe
import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from chassis.edge.errors import MethodNotAllowed
from chassis.edge.requests import header, require_known_host
from orders.errors import WebhookNotSigned
from orders.waking import wake

log = structlog.get_logger("orders.webhook")

TOLERANCE = 300  # Seconds that a signature is good for: whoever overhears a request cannot send it again tomorrow.


def receive(request: HttpRequest, correlation: str) -> HttpResponse:
    """A view for `chassis.edge.problems.answering`. Raises WebhookNotSigned."""
    require_known_host(request)
    if request.method != "POST":
        raise MethodNotAllowed(["POST", "OPTIONS"])
    event = _verified(request.body, header(request, "Stripe-Signature"))
    told = event.get("data", {}).get("object", {})
    woken = wake(payment_id=_payment_id(told), reference=_intent(told))
    about = {"type": event.get("type"), "event_id": event.get("id"), "correlation_id": correlation}
    log.info("webhook.received", **about, woken=woken)
    return HttpResponse(status=200)


def _verified(body: bytes, signature: str) -> dict[str, Any]:
    try:
        event: dict[str, Any] = stripe.Webhook.construct_event(
            body, signature, settings.STRIPE_WEBHOOK_SECRET, TOLERANCE
        ).to_dict()
    # A ValueError is a body that is no JSON, or no text.
    except (stripe.SignatureVerificationError, ValueError) as error:
        raise WebhookNotSigned from error
    return event


def _payment_id(told: dict[str, Any]) -> UUID | None:
    try:
        return UUID((told.get("metadata") or {}).get("payment_id", ""))
    except ValueError:
        return None


def _intent(told: dict[str, Any]) -> str:
    """The intent that an event is about: charges, refunds and disputes name it."""
    return str((told.get("id") if told.get("object") == "payment_intent" else told.get("payment_intent")) or "")
