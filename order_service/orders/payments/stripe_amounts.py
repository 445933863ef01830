"""Amounts as Stripe counts them: ISO 4217's minor units, but for a few currencies."""

from orders.values import Money

# No minor units by ISO 4217, and two digits behind the point with Stripe, which must be zeros.
_IN_HUNDREDTHS = ("ISK", "UGX")
# Two digits by ISO 4217, and none with Stripe.
_IN_WHOLES = ("MGA",)
FACTOR = 100


class InexactAmount(Exception):  # noqa: N818  A property of the amount.
    """Stripe cannot count so exactly in this currency."""


def to_stripe(money: Money) -> int:
    """The amount for a request. Raises InexactAmount."""
    if money.currency in _IN_HUNDREDTHS:
        return money.minor * FACTOR
    if money.currency not in _IN_WHOLES:
        return money.minor
    wholes, rest = divmod(money.minor, FACTOR)
    if rest:
        raise InexactAmount(f"{money.minor} minor units of {money.currency}")
    return wholes


def from_stripe(currency: str, amount: int) -> int:
    """An amount that Stripe tells, in minor units. `currency` is as ISO 4217 writes it."""
    if currency in _IN_HUNDREDTHS:
        return amount // FACTOR
    return amount * FACTOR if currency in _IN_WHOLES else amount
