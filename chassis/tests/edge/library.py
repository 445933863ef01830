"""The library of `library.proto`: its contract, compiled when first imported, and a servicer that takes notes."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
from buf.validate import validate_pb2  # noqa: F401

# Imported so that the descriptor pool knows the files that the contract imports.
from google.protobuf import (  # noqa: F401
    any_pb2,
    descriptor_pb2,
    descriptor_pool,
    duration_pb2,
    field_mask_pb2,
    json_format,
    message_factory,
    struct_pb2,
    timestamp_pb2,
    wrappers_pb2,
)
from google.protobuf.message import Message

from chassis import contract
from chassis.handler import Handler
from chassis.registry import Handlers, Recorder
from dev.protos import run_protoc, write_imports

SERVICE = "library.v1.Library"
HERE = Path(__file__).resolve().parent.parent

Answer = Callable[[Any, grpc.ServicerContext], Any]
Behaviour = Callable[[contract.Method], Answer]


def load(name: str, text: str) -> None:
    """Compile a contract and make it known to this process."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / name).write_text(text)
        image = folder / "image.binpb"
        run_protoc(write_imports(folder), f"--proto_path={folder}", f"--descriptor_set_out={image}", name)
        for file in descriptor_pb2.FileDescriptorSet.FromString(image.read_bytes()).file:
            descriptor_pool.Default().AddSerializedFile(file.SerializeToString())


load("library.proto", (HERE / "library.proto").read_text())


def message(name: str, **fields: Any) -> Any:
    """A message of the contract, as in `message("Book", title="Emma")`."""
    descriptor = descriptor_pool.Default().FindMessageTypeByName(f"library.v1.{name}")
    return message_factory.GetMessageClass(descriptor)(**fields)


class Library:
    """Answers every method with an empty reply, or as `answers` says, and notes what it was asked.

    An answer to a method that streams may be an iterator of replies.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any, grpc.ServicerContext]] = []
        self.answers: dict[str, Answer] = {}

    @property
    def asked(self) -> dict[str, Any]:
        """The latest request, as a dictionary with the contract's field names."""
        return json_format.MessageToDict(self.calls[-1][1], preserving_proto_field_name=True)

    def handlers(self) -> Handlers:
        return handlers_of(SERVICE, self.behaviour)

    def behaviour(self, method: contract.Method) -> Answer:
        def answer(request: Message, context: grpc.ServicerContext) -> Any:
            self.calls.append((method.name, request, context))
            scripted = self.answers.get(method.name)
            return scripted(request, context) if scripted else method.reply_class()

        return answer


def handlers_of(service: str, behaviour: Behaviour) -> Handlers:
    """A service's handlers, wrapped as those of a generated servicer are."""
    recorder = Recorder()
    register(service, behaviour, recorder)
    return recorder.handlers


def register(service: str, behaviour: Behaviour, server: grpc.Server) -> None:
    """Do what a generated `add_…Servicer_to_server` does."""
    by_name = {method.name: _handler(method, behaviour(method)) for method in contract.methods(service)}
    server.add_registered_method_handlers(service, by_name)


def _handler(method: contract.Method, answer: Answer) -> Handler:
    forms = method.request_class.FromString, method.reply_class.SerializeToString
    if method.descriptor.server_streaming:

        def stream(request: Message, context: grpc.ServicerContext) -> Iterator[Any]:
            replies = answer(request, context)
            yield from replies if isinstance(replies, Iterator) else [replies]

        return grpc.unary_stream_rpc_method_handler(stream, *forms)
    return grpc.unary_unary_rpc_method_handler(answer, *forms)
