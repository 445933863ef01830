"""Where the payment provider tells of news, if it is one that does so over HTTP."""

from django.conf import settings
from django.urls import URLPattern, path
from django.utils.module_loading import import_string

from chassis.edge.problems import answering

# By path, as the gateways are.
RECEIVERS = {"stripe": "orders.payments.stripe_webhook.receive"}


def webhook_urls() -> list[URLPattern]:
    """`/webhooks/stripe`, where the setting PAYMENTS says that Stripe is the provider."""
    name = settings.PAYMENTS
    return [path(f"webhooks/{name}", answering(import_string(RECEIVERS[name])))] if name in RECEIVERS else []
