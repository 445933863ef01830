"""What people write for others to read is held to one of the two rules of `text.proto`, in every contract."""

from collections.abc import Iterator

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from chassis.openapi.constraints import rules_of
from shop.common.v1 import text_pb2
from tests.contracts.contracts import METHODS

RULES = (text_pb2.one_line, text_pb2.multi_line)

LONGEST = 10_000

# Texts that nobody is shown, and why they need no such rule.
NOT_SHOWN = {
    "password": "whatever somebody can remember",
    "current_password": "a password",
    "new_password": "a password",
    "refresh_token": "it is looked up by its hash",
    "payment_token": "the payment provider says whether it knows it",
    "page_token": "it is signed",
    "shop.users.v1.LoginRequest.email": "it is compared with addresses, which have a form",
    "shop.products.v1.ListProductsRequest.query": "it is compared with texts, also with those of before this rule",
    "shop.products.v1.ListProductsRequest.category": "likewise",
}


def test_every_text_that_is_shown_is_one_line_or_says_that_it_is_several() -> None:
    texts = {each for method in METHODS if method.routes for each in free_texts(method.descriptor.input_type)}

    shown = {each for each in texts if not {each.name, each.full_name} & NOT_SHOWN.keys()}
    assert shown
    assert sorted(each.full_name for each in shown if not ruled(each)) == []


def test_every_text_with_a_rule_is_shorter_than_what_the_rule_gives_up_at() -> None:
    """It does not read a text of a quarter of a megabyte, which `max_len` refuses."""
    texts = {each for method in METHODS for each in free_texts(method.descriptor.input_type) if ruled(each)}

    assert [each.full_name for each in texts if not 0 < rules_of(each).string.max_len <= LONGEST] == []


def free_texts(message: Descriptor) -> Iterator[FieldDescriptor]:
    """The texts in and below a message that have no form: neither a pattern nor that of an id or an address."""
    for each in message.fields:
        below = each.message_type
        if below and below.full_name.startswith("shop."):
            yield from free_texts(below)
        rules = rules_of(each)
        text = rules.repeated.items.string if each.is_repeated else rules.string
        if each.type == FieldDescriptor.TYPE_STRING and not (text.pattern or text.uuid or text.email):
            yield each


def ruled(each: FieldDescriptor) -> bool:
    return any(rules_of(each).string.Extensions[rule] for rule in RULES)
