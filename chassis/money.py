"""Amounts of money as a person reads them."""

from decimal import Decimal

# ISO 4217: how many digits of the minor units stand behind the point.
USUAL_EXPONENT = 2
_UNUSUAL = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS = {code: exponent for exponent, codes in _UNUSUAL.items() for code in codes.split()}


def amount_text(currency: str, minor: int | None) -> str:
    """As in "EUR 1,250.00" and "JPY 1,250"; a dash for an amount that nobody knows yet."""
    if minor is None:
        return "-"
    exponent = EXPONENTS.get(currency, USUAL_EXPONENT)
    return f"{currency} {Decimal(minor).scaleb(-exponent):,f}"
