"""Both doors of every method: the same call over gRPC and over REST, and what came back, in one form."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import grpc
from google.protobuf import json_format
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from chassis.contract import Method, methods
from chassis.status import HTTP_STATUS
from dev.running import RunningShop
from shop.events.v1 import events_pb2
from shop.notifications.v1 import notifications_pb2
from shop.orders.v1 import orders_pb2
from shop.products.v1 import products_pb2
from shop.users.v1 import users_pb2

# Which contract is whose.
CONTRACTS = (
    (users_pb2.DESCRIPTOR, "user_service"),
    (products_pb2.DESCRIPTOR, "product_service"),
    (orders_pb2.DESCRIPTOR, "order_service"),
    (notifications_pb2.DESCRIPTOR, "notification_service"),
    (events_pb2.DESCRIPTOR, "notification_service"),
)
SERVICES = {
    service.full_name: folder for contract, folder in CONTRACTS for service in contract.services_by_name.values()
}
VARIABLE = re.compile(r"\{([\w.]+)(?:=[^}]*)?\}")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call ended with. Two doors that agree give equal ones."""

    code: str  # As in "NOT_FOUND"; "OK" for a reply.
    reason: str = ""
    violations: frozenset[str] = frozenset()  # The fields that are at fault.
    reply: str = ""  # The reply as proto JSON.


Door = Callable[[Json, Mapping[str, str]], Outcome]


def all_methods() -> list[Method]:
    """Every method of the shop, in the contracts' order."""
    return [method for service in SERVICES for method in methods(service)]


def over_grpc(shop: RunningShop, method: Method, request: Message, headers: Mapping[str, str]) -> Outcome:
    """Call `method` at the service that answers it; of a stream, only the first reply."""
    with grpc.insecure_channel(_service(shop, method).target) as channel:
        make = channel.unary_stream if method.descriptor.server_streaming else channel.unary_unary
        call: Any = make(method.path, type(request).SerializeToString, method.reply_class.FromString)
        try:
            reply = call(request, metadata=tuple(headers.items()), timeout=15)
            return _replied(next(reply) if method.descriptor.server_streaming else reply)
        except grpc.RpcError as error:
            return _refused_over_grpc(error)


def over_rest(shop: RunningShop, method: Method, request: Json, headers: Mapping[str, str]) -> Outcome:
    """Call `method` by its first route; of a stream, only the first reply.

    `request` is proto JSON with original names; it may be wrong.
    """
    path, query, body = _request_parts(method, request)
    streams = method.descriptor.server_streaming
    url = f"{_service(shop, method).url}{path}{'?' if query else ''}{urlencode(query)}"
    sent = urllib.request.Request(url, method=method.routes[0].verb, headers=dict(headers))
    if streams:
        sent.add_header("Accept", "application/x-ndjson")
    if body is not None:
        sent.data = json.dumps(body).encode()
        sent.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(sent, timeout=15) as answer:
            reply = method.reply_class()
            json_format.Parse(answer.readline() if streams else answer.read(), reply)
            return _replied(reply)
    except urllib.error.HTTPError as error:
        return _refused_over_rest(error.code, json.load(error))


def doors(shop: RunningShop, method: Method) -> dict[str, Door]:
    """The two ways to call `method`, by name; the second only if it has a route."""
    ways: dict[str, Door] = {
        "gRPC": lambda request, headers: over_grpc(shop, method, message_of(method, request), headers)
    }
    if method.routes:
        ways["REST"] = lambda request, headers: over_rest(shop, method, request, headers)
    return ways


def message_of(method: Method, request: Json) -> Message:
    """The request's message. ValueError (json_format.ParseError) if it does not fit."""
    return json_format.ParseDict(request, method.request_class())


def _service(shop: RunningShop, method: Method) -> Any:
    return shop.service(SERVICES[method.descriptor.containing_service.full_name])


def _replied(reply: Message) -> Outcome:
    return Outcome("OK", reply=json.dumps(json_format.MessageToDict(reply), sort_keys=True))


def _refused_over_grpc(error: grpc.RpcError) -> Outcome:
    info, bad_request = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    status = rpc_status.from_call(error)
    for detail in status.details if status else []:
        detail.Unpack(info)
        detail.Unpack(bad_request)
    fields = frozenset(violation.field for violation in bad_request.field_violations)
    return Outcome(error.code().name, info.reason, fields)


def _refused_over_rest(http_status: int, problem: Json) -> Outcome:
    outcome = Outcome(
        problem["code"],
        problem["reason"],
        frozenset(violation["field"] for violation in problem.get("violations", [])),
    )
    expected = HTTP_STATUS[grpc.StatusCode[outcome.code].value[0]]
    assert (http_status, problem["status"]) == (expected, expected)
    return outcome


def _request_parts(method: Method, request: Json) -> tuple[str, list[tuple[str, str]], Any]:
    """Path, query and body, as the method's first route divides the request."""
    route, left = method.routes[0], dict(request)
    path = VARIABLE.sub(lambda variable: quote(str(left.pop(variable[1], "")), safe=""), route.template)
    if route.body == "*":
        return path, [], left
    body = left.pop(route.body, None) if route.body else None
    return path, list(_query(left)), body


def _query(values: Json, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _query(value, f"{prefix}{name}.")
        else:
            for item in value if isinstance(value, list) else [value]:
                yield f"{prefix}{name}", json.dumps(item) if isinstance(item, bool) else str(item)
