import pytest
from django.utils.translation import override

from notifications.money import Money


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money("EUR", 1250), "EUR 12.50"),
        (Money("EUR", 5), "EUR 0.05"),
        (Money("EUR", 0), "EUR 0.00"),
        (Money("EUR", -1250), "EUR -12.50"),
        (Money("USD", 123_456_789), "USD 1,234,567.89"),
        (Money("JPY", 1250), "JPY 1,250"),
        (Money("KWD", 1250), "KWD 1.250"),
        (Money("CLF", 1250), "CLF 0.1250"),
        (Money("EUR", 2**63 - 1), "EUR 92,233,720,368,547,758.07"),
    ],
)
def test_amounts_read_as_their_currency_is_written(money: Money, text: str) -> None:
    assert str(money) == text


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money("EUR", 123_456_789), "1.234.567,89 EUR"),
        (Money("EUR", 5), "0,05 EUR"),
        (Money("JPY", 1250), "1.250 JPY"),
        (Money("KWD", 1250), "1,250 KWD"),
    ],
)
def test_in_german_amounts_read_as_germans_write_them(money: Money, text: str) -> None:
    with override("de"):
        assert str(money) == text


def test_a_line_costs_its_quantity_times_its_price() -> None:
    assert Money("EUR", 625) * 3 == Money("EUR", 1875)
