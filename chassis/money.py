"""Currencies, and amounts of money as a person reads them."""

from decimal import Decimal

# The most minor units that an amount of the contracts has, and that an order may cost.
LARGEST_AMOUNT = 10**11

# ISO 4217: how many digits of the minor units stand behind the point, for all active currencies that have any. What
# has none, as XAU, counts no money. Of a currency that was given up, amounts are still read, with the usual two.
USUAL_EXPONENT = 2
_ACTIVE = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
        "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
        "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
        "MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
        "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG "
        "YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS = {code: exponent for exponent, codes in _ACTIVE.items() for code in codes.split()}


def is_active(currency: str) -> bool:
    """Whether something can be priced in it today."""
    return currency in EXPONENTS


def amount_text(currency: str, minor: int | None) -> str:
    """As in "EUR 1,250.00" and "JPY 1,250"; a dash for an amount that nobody knows yet."""
    if minor is None:
        return "-"
    exponent = EXPONENTS.get(currency, USUAL_EXPONENT)
    return f"{currency} {Decimal(minor).scaleb(-exponent):,f}"
