"""Which fields an update changes (AIP-134)."""

from collections.abc import Set

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from chassis.errors import InvalidArgument, Violation
from chassis.validation import summary


def masked(request: Message, mask: FieldMask, allowed: Set[str], *, required: Set[str] = frozenset()) -> list[str]:
    """The names of the fields to change, in the contract's order; of a field that is named but absent, clear the value.

    A mask that is absent or empty means those of `allowed` that are present in `request`; "*" means all of `allowed`.

    Raises InvalidArgument, with violations, if the mask names anything else, or one of `required` that is absent.
    """
    present = {field.name for field, _ in request.ListFields()}
    named = set(mask.paths) or present & allowed
    if "*" in named:
        named = named - {"*"} | allowed
    violations = [
        Violation(name, "has no value, and update_mask names it") for name in sorted(named & required - present)
    ]
    if named - allowed:
        # One violation for all, and none of them quoted: they are as many and as long as the caller likes.
        violations.append(Violation("update_mask", f"may only name {', '.join(sorted(allowed))}"))
    if violations:
        raise InvalidArgument(summary(violations), violations=violations)
    return [field.name for field in request.DESCRIPTOR.fields if field.name in named]
