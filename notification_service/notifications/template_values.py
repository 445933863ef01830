"""What templates fill in, from the plain strings of a caller."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from chassis.errors import Violation
from notifications.errors import TemplateValuesMismatch
from notifications.models import Kind
from notifications.money import Money
from notifications.values import CancelledOrder, LowStock, News, PaidOrder, RefundedOrder, Welcome, one_line

# Each raises ValueError with what the value must be.
Parser = Callable[[str], Any]


def news_from_strings(kind: Kind, values: Mapping[str, str]) -> News:
    """What a message of `kind` is about. Raises TemplateValuesMismatch unless `values` are what the kind needs."""
    parsers, make = _KINDS[kind]
    violations = [Violation(_path(name), "the template has no such value") for name in values.keys() - parsers.keys()]
    parsed = {}
    for name, parse in parsers.items():
        try:
            parsed[name] = parse(values.get(name, ""))
        except ValueError as error:
            violations.append(Violation(_path(name), str(error)))
    if violations:
        raise TemplateValuesMismatch(violations=sorted(violations, key=lambda each: each.field))
    return make(**parsed)


def _path(name: str) -> str:
    return f"values[{name!r}]"


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise ValueError("must be a UUID") from error


def _currency(text: str) -> str:
    if not re.fullmatch("[A-Z]{3}", text):
        raise ValueError('must be an ISO 4217 code, as in "EUR"')
    return text


def _whole_number(text: str) -> int:
    if not re.fullmatch("[0-9]{1,12}", text):
        raise ValueError("must be a whole number of at most 12 digits")
    return int(text)


def _text(text: str) -> str:
    if not (line := one_line(text)):
        raise ValueError("must not be empty")
    return line


def _paid(order_id: UUID, currency_code: str, minor_units: int) -> PaidOrder:
    return PaidOrder(order_id=order_id, total=Money(currency_code, minor_units))


def _refunded(order_id: UUID, currency_code: str, minor_units: int) -> RefundedOrder:
    return RefundedOrder(order_id=order_id, amount=Money(currency_code, minor_units))


_MONEY: dict[str, Parser] = {"currency_code": _currency, "minor_units": _whole_number}
_KINDS: dict[Kind, tuple[dict[str, Parser], Callable[..., News]]] = {
    Kind.WELCOME: ({}, Welcome),
    Kind.ORDER_PAID: ({"order_id": _uuid, **_MONEY}, _paid),
    Kind.ORDER_CANCELLED: ({"order_id": _uuid, "reason": _text}, CancelledOrder),
    Kind.ORDER_REFUNDED: ({"order_id": _uuid, **_MONEY}, _refunded),
    Kind.STOCK_LOW: ({"product_name": _text, "available_quantity": _whole_number}, LowStock),
}
