"""Currencies, and amounts as a person reads them."""

import pytest

from chassis.money import EXPONENTS, LARGEST_AMOUNT, amount_text, is_active


def test_every_active_currency_has_a_code_of_its_own() -> None:
    assert all(len(code) == 3 and code.isalpha() and code.isupper() for code in EXPONENTS)
    assert len(EXPONENTS) > 150


@pytest.mark.parametrize("code", ["EUR", "USD", "JPY", "KWD", "CHF", "INR", "ZWG", "XCG", "SLE"])
def test_a_currency_of_today_is_active(code: str) -> None:
    assert is_active(code)


# Made up, given up, metals and what is there for tests, and what only looks like a code.
@pytest.mark.parametrize("code", ["ZZZ", "DEM", "HRK", "SLL", "ZWL", "XAU", "XXX", "XTS", "", "eur", "EURO"])
def test_what_nobody_pays_with_today_is_not(code: str) -> None:
    assert not is_active(code)


@pytest.mark.parametrize(
    ("currency", "minor", "text"),
    [
        ("EUR", 125_000, "EUR 1,250.00"),
        ("JPY", 1250, "JPY 1,250"),
        ("KWD", 1250, "KWD 1.250"),
        ("UYW", 1250, "UYW 0.1250"),
        # What was paid in before is still read.
        ("DEM", 1250, "DEM 12.50"),
        ("EUR", LARGEST_AMOUNT, "EUR 1,000,000,000.00"),
        ("EUR", None, "-"),
    ],
)
def test_an_amount_reads_as_its_currency_is_written(currency: str, minor: int | None, text: str) -> None:
    assert amount_text(currency, minor) == text
