"""The least and the most that a field of the contracts takes, and whether another field, or a column, takes a value."""

from collections.abc import Iterator
from typing import Any

from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from chassis.comments import contract_comments
from chassis.errors import InvalidArgument
from chassis.openapi.constraints import rules_of
from chassis.openapi.examples import Examples
from chassis.validation import validate
from shop.common.v1.money_pb2 import Money
from tests.contracts.columns import column

F = FieldDescriptor
NUMBERS = {F.TYPE_INT32: (-(2**31), 2**31 - 1), F.TYPE_INT64: (-(2**63), 2**63 - 1)}
EXAMPLES = Examples(contract_comments())
WIDE = "\U0001fad6"  # Four bytes of UTF-8 in one character.
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


class Largest(dict[str, int]):
    """The largest value of a field, or the largest number of a repeated one, by name."""

    def __missing__(self, name: str) -> int:
        each = field(name)
        return int(rules_of(each).repeated.max_items if each.is_repeated else extremes(each)[-1])


LARGEST = Largest()
