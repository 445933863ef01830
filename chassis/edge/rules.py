"""HTTP rules of the contracts, compiled once against the messages that they name."""

from collections.abc import Iterator
from dataclasses import dataclass

from google.api import annotations_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from chassis import contract
from chassis.contract import Method, Route
from chassis.edge import template
from chassis.edge.fields import fields_of
from chassis.edge.template import InvalidTemplate, Template, Variable
from chassis.handler import Handler
from chassis.registry import Handlers

FieldPath = tuple[FieldDescriptor, ...]  # From a request's own field down to the one that is meant.


class InvalidRule(Exception):  # noqa: N818  A sentence for whoever starts the service.
    """A contract's `google.api.http` option cannot be served; the message names the method and says why."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One HTTP route and the call that answers it."""

    method: Method
    handler: Handler
    route: Route
    template: Template
    variables: tuple[tuple[Variable, FieldPath], ...]

    def __str__(self) -> str:
        return f"{self.method.path}, {self.route.verb} {self.route.template}"


def bindings(handlers: Handlers) -> Iterator[Binding]:
    """All routes of the methods that `handlers` answers. Raises InvalidRule."""
    for path, handler in handlers.items():
        method = contract.method(path)
        _refuse_deep_nesting(method)
        for route in method.routes:
            yield _binding(method, handler, route)


def path_of(field_path: FieldPath) -> str:
    """As in "order.order_id"."""
    return ".".join(field.name for field in field_path)


def resolve(descriptor: Descriptor, dotted: str) -> FieldPath | None:
    """The fields that a name such as `order.order_id` or `order.orderId` goes through; None if there is no such."""
    fields: list[FieldDescriptor] = []
    for name in dotted.split("."):
        if fields and (fields[-1].is_repeated or not fields[-1].message_type):
            return None
        field = fields_of(fields[-1].message_type if fields else descriptor).get(name)
        if field is None:
            return None
        fields.append(field)
    return tuple(fields)


def _binding(method: Method, handler: Handler, route: Route) -> Binding:
    where = f"{method.path}, {route.verb} {route.template}"
    try:
        parsed = template.parse(route.template)
        variables = tuple((each, _variable(method, each)) for each in parsed.variables)
        _check_bodies(method, route)
    except (InvalidTemplate, InvalidRule) as error:
        raise InvalidRule(f"{where}: {error}") from error
    return Binding(method, handler, route, parsed, variables)


def _variable(method: Method, variable: Variable) -> FieldPath:
    request = method.descriptor.input_type
    field_path = resolve(request, variable.path)
    if field_path is None or path_of(field_path) != variable.path:
        raise InvalidRule(f"{request.full_name} has no field {variable.path!r}")
    if field_path[-1].is_repeated or field_path[-1].message_type:
        raise InvalidRule(f"{variable.path!r} is repeated or a message, and a path holds one plain value")
    return field_path


def _check_bodies(method: Method, route: Route) -> None:
    request, reply = method.descriptor.input_type, method.descriptor.output_type
    if route.body and route.verb in ("GET", "HEAD"):
        raise InvalidRule(f"{route.verb} requests have no body")
    if route.body not in ("", "*", *request.fields_by_name):
        raise InvalidRule(f"{request.full_name} has no field {route.body!r} for the body")
    if route.response_body not in ("", *reply.fields_by_name):
        raise InvalidRule(f"{reply.full_name} has no field {route.response_body!r} for the response body")


def _refuse_deep_nesting(method: Method) -> None:
    rule = method.descriptor.GetOptions().Extensions[annotations_pb2.http]
    if any(binding.additional_bindings for binding in rule.additional_bindings):
        raise InvalidRule(f"{method.path}: an additional binding has additional bindings of its own")
