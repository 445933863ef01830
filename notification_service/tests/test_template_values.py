from uuid import UUID

import pytest

from chassis.money import LARGEST_AMOUNT
from notifications.errors import TemplateValuesMismatch
from notifications.models import Kind
from notifications.money import Money
from notifications.template_values import news_from_strings
from notifications.values import CancelledOrder, LowStock, News, PaidOrder, RefundedOrder, Welcome

ORDER_ID = "8d1f0c5e-2b51-4a0a-9c57-0f6f6a4a1b2c"
MONEY = {"currency_code": "EUR", "minor_units": "1250"}
EUR_12_50 = Money("EUR", 1250)


@pytest.mark.parametrize(
    ("kind", "values", "news"),
    [
        (Kind.WELCOME, {}, Welcome()),
        (
            Kind.ORDER_PAID,
            {"order_id": ORDER_ID, **MONEY},
            PaidOrder(order_id=UUID(ORDER_ID), total=EUR_12_50),
        ),
        (
            Kind.ORDER_REFUNDED,
            {"order_id": ORDER_ID, **MONEY},
            RefundedOrder(order_id=UUID(ORDER_ID), amount=EUR_12_50),
        ),
        (
            Kind.ORDER_CANCELLED,
            {"order_id": ORDER_ID, "reason": "OUT_OF_STOCK"},
            CancelledOrder(order_id=UUID(ORDER_ID), reason="OUT_OF_STOCK"),
        ),
        (
            Kind.STOCK_LOW,
            {"product_name": "Tea\nBcc: x", "available_quantity": "3"},
            LowStock(product_name="Tea Bcc: x", available_quantity=3),
        ),
    ],
)
def test_strings_become_what_the_template_is_about(kind: Kind, values: dict[str, str], news: News) -> None:
    assert news_from_strings(kind, values) == news


def test_the_largest_amount_of_the_contracts_is_told() -> None:
    news = news_from_strings(Kind.ORDER_PAID, {"order_id": ORDER_ID, **MONEY, "minor_units": str(LARGEST_AMOUNT)})

    assert isinstance(news, PaidOrder)
    assert news.total.minor_units == LARGEST_AMOUNT


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != Kind.WELCOME])
def test_every_kind_but_the_welcome_needs_values(kind: Kind) -> None:
    assert violated(kind, {})


@pytest.mark.parametrize("kind", Kind)
def test_no_kind_takes_a_value_that_its_template_does_not_have(kind: Kind) -> None:
    assert "values['colour']" in violated(kind, {"colour": "blue"})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("order_id", ""),
        ("order_id", "1"),
        ("currency_code", "eur"),
        ("currency_code", "EURO"),
        ("minor_units", "-1"),
        ("minor_units", "12.50"),
        ("minor_units", "1_000"),
        ("minor_units", "١٢"),
        ("minor_units", "9" * 13),
    ],
)
def test_a_malformed_value_is_named(name: str, text: str) -> None:
    assert violated(Kind.ORDER_PAID, {"order_id": ORDER_ID, **MONEY, name: text}) == [f"values['{name}']"]


def test_all_that_is_wrong_is_said_at_once() -> None:
    values = {"order_id": "1", "currency_code": "EUR", "colour": "blue"}

    assert violated(Kind.ORDER_PAID, values) == ["values['colour']", "values['minor_units']", "values['order_id']"]


def violated(kind: Kind, values: dict[str, str]) -> list[str]:
    """The fields that are refused."""
    with pytest.raises(TemplateValuesMismatch) as refused:
        news_from_strings(kind, values)
    return [violation.field for violation in refused.value.violations]
