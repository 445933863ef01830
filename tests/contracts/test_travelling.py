"""Whatever a contract lets in goes all its way: no column, no event and no other service refuses it later.

An order whose money is taken, and that then cannot be announced, would be tried for ever. So each field's extremes are
carried to every place that `travelling.py` names, and no field may lack a row there.
"""

import ast
import base64
import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from chassis.comments import contract_comments
from chassis.errors import InvalidArgument, constant_name
from chassis.money import LARGEST_AMOUNT
from chassis.openapi.constraints import rules_of
from chassis.openapi.examples import UUID, Examples
from chassis.settings import REPOSITORY
from chassis.validation import validate
from shop.common.v1.money_pb2 import Money
from tests.contracts.columns import column
from tests.contracts.contracts import METHODS
from tests.contracts.travelling import CURRENCIES, GROWS, MADE_HERE, STAYS, TRAVELS

F = FieldDescriptor
NUMBERS = {F.TYPE_INT32: (-(2**31), 2**31 - 1), F.TYPE_INT64: (-(2**63), 2**63 - 1)}
EXAMPLES = Examples(contract_comments())
WIDE = "\U0001fad6"  # Four bytes of UTF-8 in one character.
REASONS = (
    "order_service.Order.cancel_reason",
    "order_service.TimelineEntry.reason",
    "shop.events.v1.OrderCancelled.reason",
)
# Texts of a form, at its extremes.
SHAPED = {
    "email": ["a@b.cc", "a" * 64 + "@" + ".".join(["b" * 63, "c" * 63, "d" * 61])],
    "phone": ["+1234567", "+123456789012345"],
    "language": ["de", "de-AT"],
    "sku": ["A", "A" * 40],
    "currency_code": ["AAA", "ZZZ"],
}


def field(name: str) -> FieldDescriptor:
    return descriptor_pool.Default().FindFieldByName(name)


def is_money(each: FieldDescriptor) -> bool:
    return each.message_type is not None and each.message_type.full_name == Money.DESCRIPTOR.full_name


def fields_below(message: Descriptor) -> Iterator[FieldDescriptor]:
    """Every text, number and amount of a message, at every depth."""
    for each in message.fields:
        below = each.message_type
        if below and below.full_name.startswith("shop.") and not below.GetOptions().map_entry and not is_money(each):
            yield from fields_below(below)
        elif is_money(each) or each.type in NUMBERS or (each.type == F.TYPE_STRING and not is_id(each)):
            yield each


def is_id(each: FieldDescriptor) -> bool:
    rules = rules_of(each)
    return bool(rules.string.uuid or rules.repeated.items.string.uuid)


def extremes(each: FieldDescriptor) -> list[Any]:
    """The least and the most that a field takes: as texts, or as numbers, which for an amount are its minor units."""
    if is_money(each):
        return extremes(Money.DESCRIPTOR.fields_by_name["minor_units"])
    rules = rules_of(each)
    if each.type in NUMBERS:
        kind = rules.int32 if each.type == F.TYPE_INT32 else rules.int64
        low, high = NUMBERS[each.type]
        return [kind.gte if kind.HasField("gte") else low, kind.lte if kind.HasField("lte") else high]
    if each.name in SHAPED:
        return SHAPED[each.name]
    longest = rules.string.max_len
    return [WIDE * max(1, rules.string.min_len), WIDE * longest, "x" * longest]


def carries(each: FieldDescriptor, value: Any) -> bool:
    """Whether the contract of the message that a field is in lets it have this value."""
    message = an_example_with(each)
    put(message, each, value)
    try:
        validate(message)
    except InvalidArgument as refused:
        return not [wrong for wrong in refused.violations if wrong.field.startswith(each.name)]
    return True


def an_example_with(each: FieldDescriptor) -> Message:
    assert each.containing_type
    values = EXAMPLES.message(each.containing_type)
    return json_format.ParseDict(values, message_factory.GetMessageClass(each.containing_type)())


def put(message: Message, each: FieldDescriptor, value: Any) -> None:
    if is_money(each):
        getattr(message, each.name).CopyFrom(Money(currency_code="EUR", minor_units=value))
    elif each.message_type and each.message_type.GetOptions().map_entry:
        getattr(message, each.name)["a"] = str(value)
    else:
        setattr(message, each.name, value)


def takes(sink: str, value: Any) -> bool:
    """Whether a field or a column, by its name, takes a value."""
    return carries(field(sink), value) if sink.startswith("shop.") else column(sink).takes(value)


@pytest.mark.parametrize("source", TRAVELS)
def test_the_extremes_of_a_field_reach_every_place_that_it_goes_to(source: str) -> None:
    values = extremes(field(source))
    taken = [value for value in values if carries(field(source), value)]

    # Those of a refund begin above 0.
    assert taken[-1] == values[-1]
    assert [(sink, str(value)[:40]) for sink in TRAVELS[source] for value in taken if not takes(sink, value)] == []


def test_any_currency_reaches_every_place_that_one_goes_to() -> None:
    assert [sink for sink in CURRENCIES if not takes(sink, "EUR")] == []


@pytest.mark.parametrize("growing", GROWS)
def test_what_grows_on_its_way_arrives(growing: str) -> None:
    """Also where a limit keeps it smaller by now: what came before the limit still has to arrive."""
    bound = GROWS[growing]

    assert [sink for sink in bound.to if not takes(sink, bound.made(LARGEST))] == []


class Largest(dict[str, int]):
    """The largest value of a field, or the largest number of a repeated one, by name."""

    def __missing__(self, name: str) -> int:
        each = field(name)
        return int(rules_of(each).repeated.max_items if each.is_repeated else extremes(each)[-1])


LARGEST = Largest()


def test_an_order_may_cost_what_an_amount_can_say() -> None:
    assert LARGEST["shop.common.v1.Money.minor_units"] == LARGEST_AMOUNT


def test_an_order_may_have_as_many_lines_as_a_hold() -> None:
    assert LARGEST["shop.orders.v1.PlaceOrderRequest.lines"] <= LARGEST["shop.products.v1.ReserveStockRequest.lines"]


def test_a_page_may_end_with_any_name() -> None:
    """Its token has the name in it, compressed, unless that makes it longer."""
    name = WIDE * rules_of(field("shop.products.v1.CreateProductRequest.name")).string.max_len
    values = json.dumps(["0" * 32, [name, UUID]], separators=(",", ":"), ensure_ascii=False)
    token = f"{base64.urlsafe_b64encode(values.encode()).decode()}:{'x' * 43}"

    assert takes("shop.products.v1.ListProductsRequest.page_token", token)


def test_every_field_that_comes_in_has_its_way() -> None:
    """A new text, number or amount of a request needs a row in `travelling.py`, which says where it goes to."""
    entering = {each for method in METHODS if method.routes for each in fields_below(method.descriptor.input_type)}
    known = {each.full_name for each in entering if {each.full_name, each.name} & STAYS.keys()} | TRAVELS.keys()

    assert sorted({each.full_name for each in entering} - known) == []


def test_every_field_of_an_event_and_of_a_call_between_services_is_reached() -> None:
    """A new one needs to stand where it comes from: as the end of somebody's way, or among what is made here."""
    inner = {each for method in METHODS if not method.routes for each in fields_below(method.descriptor.input_type)}
    ends = set(chain(*TRAVELS.values(), *(each.to for each in GROWS.values())))

    assert sorted({each.full_name for each in inner} - ends - MADE_HERE.keys()) == []


def test_no_row_is_about_what_is_not_there() -> None:
    for name in [*TRAVELS, *MADE_HERE, *(name for name in STAYS if "." in name)]:
        assert field(name).full_name == name
    assert not TRAVELS.keys() & STAYS.keys()


@pytest.mark.parametrize("kept", REASONS)
def test_a_reason_fits_where_it_is_kept(kept: str) -> None:
    tree = ast.parse((REPOSITORY / "order_service" / "orders" / "errors.py").read_text())
    reasons = [constant_name(node.name) for node in tree.body if isinstance(node, ast.ClassDef)]

    assert [reason for reason in (*reasons, "CANCELLED_BY_CUSTOMER") if not takes(kept, reason)] == []


def test_a_field_that_did_not_arrive_would_be_seen() -> None:
    assert not takes("order_service.OrderLine.product_name", WIDE * 201)
    assert not takes("product_service.StockMovement.note", "x" * 501)
    assert not takes("product_service.ReservationLine.quantity", 2**15)
    assert not takes("order_service.Order.total_minor", 2**63)
    assert not takes("shop.products.v1.ReserveStockLine.quantity", 1001)
    assert not takes("shop.orders.v1.RefundOrderRequest.amount", LARGEST_AMOUNT + 1)
    assert not takes("shop.notifications.v1.SendNotificationRequest.values", "x" * 1001)
