"""The contracts as the tests read them: their image, and from it the descriptors of all methods."""

import importlib
from importlib.resources import files

from google.protobuf.descriptor_pb2 import FileDescriptorSet

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
