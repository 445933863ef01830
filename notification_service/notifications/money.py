"""Amounts of money as a person reads them."""

from dataclasses import dataclass

from chassis.money import amount_text


@dataclass(frozen=True, slots=True)
class Money:
    """A whole number of minor units: cents of EUR, yen of JPY, fils of KWD."""

    currency_code: str  # ISO 4217.
    minor_units: int

    def __mul__(self, factor: int) -> "Money":
        return Money(self.currency_code, self.minor_units * factor)

    def __str__(self) -> str:
        """As in "EUR 1,250.00" and "JPY 1,250"."""
        return amount_text(self.currency_code, self.minor_units)
