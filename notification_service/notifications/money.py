"""Amounts of money as a person reads them."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language

from chassis.money import EXPONENTS, USUAL_EXPONENT


@dataclass(frozen=True, slots=True)
class Money:
    """A whole number of minor units: cents of EUR, yen of JPY, fils of KWD."""

    currency_code: str  # ISO 4217.
    minor_units: int

    def __mul__(self, factor: int) -> "Money":
        return Money(self.currency_code, self.minor_units * factor)

    def __str__(self) -> str:
        """As the active language writes it: "EUR 1,250.00" in English, "1.250,00 EUR" in German."""
        exponent = EXPONENTS.get(self.currency_code, USUAL_EXPONENT)
        amount = Decimal(self.minor_units).scaleb(-exponent)
        number = number_format(amount, decimal_pos=exponent, use_l10n=True, force_grouping=True)
        in_english = (get_language() or "en").startswith("en")
        return f"{self.currency_code} {number}" if in_english else f"{number} {self.currency_code}"
