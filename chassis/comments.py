"""What the contracts say in their comments, from the image that `make protos` writes: descriptors alone have none."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

# Numbers of fields in descriptor.proto, of which a location's path is made.
_SERVICE = FileDescriptorProto.SERVICE_FIELD_NUMBER
_METHOD = 2


@cache
def comments() -> dict[str, str]:
    """The comment of every service and method, by its full name: "shop.orders.v1.OrderService.PlaceOrder"."""
    image = FileDescriptorSet.FromString(files("shop").joinpath("contracts.binpb").read_bytes())
    return dict(pair for file in image.file for pair in _comments_of(file))


def summary(full_name: str) -> str:
    """The first paragraph of a comment, on one line; empty if there is none."""
    paragraph = comments().get(full_name, "").strip().partition("\n\n")[0]
    return " ".join(paragraph.split())


def _comments_of(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    for location in file.source_code_info.location:
        match list(location.path):
            case [field, index] if field == _SERVICE:
                yield f"{file.package}.{file.service[index].name}", location.leading_comments
            case [field, index, inner, number] if (field, inner) == (_SERVICE, _METHOD):
                service = file.service[index]
                yield f"{file.package}.{service.name}.{service.method[number].name}", location.leading_comments
