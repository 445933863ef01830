"""Payments to try the gateway with."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from orders.payments.stripe import StripeGateway
from orders.values import Money, Payment
from tests.stripe import fake_stripe

PRICE = Money("EUR", 1250)


def a_payment(*, age: timedelta = timedelta(), amount: Money = PRICE) -> Payment:
    return Payment(uuid4(), amount, timezone.now() - age)


def charged(gateway: StripeGateway) -> Payment:
    """As an order keeps it: with its reference."""
    payment = a_payment()
    payment = replace(payment, reference=gateway.authorize(payment, fake_stripe.GOOD).reference)
    gateway.capture(payment)
    return payment
