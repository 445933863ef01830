"""What the contracts say in their comments, which generated code does not keep."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto, FileDescriptorSet
from google.protobuf.message import Message

Comments = dict[str, str]  # By full name, as in "shop.orders.v1.Order.total"; paragraphs are apart by an empty line.


@cache
def contract_comments() -> Comments:
    """The comment above everything that the shop's contracts define; empty where there is none."""
    image = FileDescriptorSet.FromString(files("shop").joinpath("contracts.binpb").read_bytes())
    return {name: comment for file in image.file for name, comment in comments_in(file)}


def comments_in(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    """The full name and the comment of everything that one contract defines."""
    above = {tuple(location.path): location.leading_comments for location in file.source_code_info.location}
    for place, name in _definitions(file, (), file.package):
        yield name, "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", above.get(place, "").strip()))


def summary(full_name: str) -> str:
    """The first paragraph of a contract's comment; empty if there is none."""
    return contract_comments().get(full_name, "").partition("\n\n")[0]


def first_sentence(comment: str) -> str:
    """As a headline: without its full stop."""
    return re.split(r"(?<=\.)\s", comment, maxsplit=1)[0].removesuffix(".")


def spoken_example(comment: str) -> str | int | None:
    """The value that a field's comment names, as in "EUR" here, or as in 1250; None if it names none."""
    match = re.search(r'\bas in (?:"([^"]*)"|([0-9]+))', comment, re.IGNORECASE)
    if match is None:
        return None
    return int(match[2]) if match[2] else match[1]


def _definitions(parent: Message, place: tuple[int, ...], name: str) -> Iterator[tuple[tuple[int, ...], str]]:
    """The place and the full name of everything with a name below `parent`, which is a descriptor."""
    for kind, children in parent.ListFields():
        if not kind.is_repeated or kind.message_type is None or "name" not in kind.message_type.fields_by_name:
            continue
        for index, child in enumerate(children):
            # Made by protoc, and not in anybody's file: the entry of a map, and the oneof of an `optional`.
            if (isinstance(child, DescriptorProto) and child.options.map_entry) or child.name.startswith("_"):
                continue
            below = (*place, kind.number, index)
            yield below, f"{name}.{child.name}"
            yield from _definitions(child, below, f"{name}.{child.name}")
