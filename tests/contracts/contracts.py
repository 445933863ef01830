"""The contracts as the tests read them: their descriptors, and from the image also their comments."""

import importlib
from collections.abc import Iterator
from importlib.resources import files

from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto, FileDescriptorSet
from google.protobuf.message import Message

from chassis import contract

IMAGE = FileDescriptorSet.FromString(files("shop").joinpath("contracts.binpb").read_bytes())
FILES = [file for file in IMAGE.file if file.package.startswith("shop.")]

for file in FILES:
    importlib.import_module(file.name.removesuffix(".proto").replace("/", ".") + "_pb2")

SERVICES = [f"{file.package}.{service.name}" for file in FILES for service in file.service]
METHODS = [method for service in SERVICES for method in contract.methods(service)]


def short(method: contract.Method) -> str:
    """As in "OrderService/PlaceOrder": enough, since no two services have the same name."""
    return method.path.rpartition(".")[2]


def comments(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    """The name and the comment above it, on one line, of everything that a contract defines."""
    above = {tuple(location.path): location.leading_comments for location in file.source_code_info.location}
    for path, name in _definitions(file, (), file.package):
        yield name, " ".join(above.get(path, "").split())


def _definitions(parent: Message, path: tuple[int, ...], name: str) -> Iterator[tuple[tuple[int, ...], str]]:
    """The place and the full name of everything with a name below `parent`, which is a descriptor."""
    for kind, children in parent.ListFields():
        if not kind.is_repeated or kind.message_type is None or "name" not in kind.message_type.fields_by_name:
            continue
        for index, child in enumerate(children):
            # Made by protoc, and not in anybody's file: the entry of a map, and the oneof of an `optional`.
            if (isinstance(child, DescriptorProto) and child.options.map_entry) or child.name.startswith("_"):
                continue
            place = (*path, kind.number, index)
            yield place, f"{name}.{child.name}"
            yield from _definitions(child, place, f"{name}.{child.name}")
