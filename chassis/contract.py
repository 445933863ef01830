"""What the contracts say of a method, read from its descriptor."""

from dataclasses import dataclass
from functools import cache

from google.api import annotations_pb2
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message

from shop.common.v1 import access_pb2

_WHOLE_NUMBERS = (
    FieldDescriptor.CPPTYPE_INT32,
    FieldDescriptor.CPPTYPE_INT64,
    FieldDescriptor.CPPTYPE_UINT32,
    FieldDescriptor.CPPTYPE_UINT64,
)


@dataclass(frozen=True, slots=True)
class Route:
    """One HTTP binding of a method, as google/api/http.proto defines it."""

    verb: str  # As in "GET".
    template: str  # As in "/v1/orders/{order_id}:cancel".
    body: str  # "*", the name of a field, or empty.
    response_body: str  # The name of a field, or empty for the whole reply.


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a contract."""

    path: str  # As on the wire: "/shop.orders.v1.OrderService/PlaceOrder".
    descriptor: MethodDescriptor
    access: access_pb2.AccessRule  # ACCESS_UNSPECIFIED where the contract says nothing.
    repeatable: bool  # Whether a client may send the same request twice.
    routes: tuple[Route, ...]
    request_class: type[Message]
    reply_class: type[Message]
    ids: tuple[str, ...]  # The fields of its requests that name something, as in "order_id", and may be logged.

    @property
    def name(self) -> str:
        """As in "PlaceOrder"."""
        return self.descriptor.name

    @property
    def takes_request_id(self) -> bool:
        """Whether its requests carry an idempotency key."""
        return "request_id" in self.descriptor.input_type.fields_by_name

    @property
    def position(self) -> str:
        """The field of a stream's replies by which it is taken up again; empty if it starts anew each time.

        It is the number, "version" for example, that requests take as `after_version`.
        """
        if not self.descriptor.server_streaming:
            return ""
        asked, replied = self.descriptor.input_type.fields_by_name, self.descriptor.output_type.fields
        numbers = (field.name for field in replied if field.cpp_type in _WHOLE_NUMBERS)
        return next((name for name in numbers if f"after_{name}" in asked), "")


@cache
def method(path: str) -> Method:
    """The method with this wire path. Raises KeyError if no imported contract has it."""
    service, _, name = path.lstrip("/").partition("/")
    return _read(service_descriptor(service).methods_by_name[name])


def service_descriptor(full_name: str) -> ServiceDescriptor:
    """The service with this name, as in "shop.orders.v1.OrderService"; KeyError if not imported."""
    return descriptor_pool.Default().FindServiceByName(full_name)


def methods(service: str) -> list[Method]:
    """All methods of a service, in the contract's order."""
    return [method(f"/{service}/{each.name}") for each in service_descriptor(service).methods]


def _read(descriptor: MethodDescriptor) -> Method:
    options = descriptor.GetOptions()
    return Method(
        path=f"/{descriptor.containing_service.full_name}/{descriptor.name}",
        descriptor=descriptor,
        access=options.Extensions[access_pb2.access],
        repeatable=options.idempotency_level != descriptor_pb2.MethodOptions.IDEMPOTENCY_UNKNOWN,
        routes=_routes(options),
        request_class=message_factory.GetMessageClass(descriptor.input_type),
        reply_class=message_factory.GetMessageClass(descriptor.output_type),
        ids=tuple(field.name for field in descriptor.input_type.fields if _is_open_id(field)),
    )


def _is_open_id(field: FieldDescriptor) -> bool:
    is_text = field.type == FieldDescriptor.TYPE_STRING and not field.is_repeated
    return is_text and field.name.endswith("_id") and not field.GetOptions().debug_redact


def _routes(options: descriptor_pb2.MethodOptions) -> tuple[Route, ...]:
    rule = options.Extensions[annotations_pb2.http]
    routes = []
    for binding in (rule, *rule.additional_bindings):
        kind = binding.WhichOneof("pattern")
        if kind is None:
            continue
        custom = kind == "custom"
        verb = binding.custom.kind if custom else kind.upper()
        template = binding.custom.path if custom else getattr(binding, kind)
        routes.append(Route(verb, template, binding.body, binding.response_body))
    return tuple(routes)
