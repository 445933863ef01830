"""Which fields a request cannot do without, and which a reply always has."""

from functools import cache

import protovalidate
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor

from chassis.openapi.kinds import Use

_validator = protovalidate.Validator()


def required_fields(descriptor: Descriptor, use: Use) -> frozenset[str]:
    """The names of the fields that always stand in a message's JSON.

    A reply prints every field that has no presence. A request must bring those whose absence breaks a rule; the
    `request_id` is not among them, since the header `Idempotency-Key` may bring it instead.
    """
    if use == "reply":
        return frozenset(field.name for field in descriptor.fields if not field.has_presence)
    return _missed(descriptor) - {"request_id", ""}


def is_too_little(descriptor: Descriptor) -> bool:
    """Whether a rule of the message as a whole, as that one of several fields is there, refuses an empty request."""
    return "" in _missed(descriptor)


@cache
def _missed(descriptor: Descriptor) -> frozenset[str]:
    """What the rules say of the empty message, rather than what this code understands of them; "" is all of it."""
    empty = message_factory.GetMessageClass(descriptor)()
    found = [each.proto.field for each in _validator.collect_violations(empty)]
    return frozenset(path.elements[0].field_name if path and path.elements else "" for path in found)
