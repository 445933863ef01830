"""The one wrapper round every handler. Both doors, gRPC and REST, call what it returns."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeAlias

import grpc
import structlog
from django.conf import settings
from google.protobuf.message import Message
from google.rpc import status_pb2
from grpc_status import rpc_status

from chassis.access import admit
from chassis.addresses import FORWARDED_KEY, client_address
from chassis.call import Call, answering, correlation_id, only_value, time_left
from chassis.connections import fresh_connections, give_back_connections
from chassis.contract import Method
from chassis.errors import DeadlineExceeded
from chassis.failpoints import failpoint, reply_passes
from chassis.redaction import redacted
from chassis.status import refusal_for, status_of
from chassis.streams import open_stream
from chassis.validation import validate

log = structlog.get_logger("chassis.rpc")

Behaviour = Callable[[Any, grpc.ServicerContext], Any]
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"  # Generic in its type stubs alone.


def guarded(method: Method, handler: Handler) -> Handler:
    """`handler` behind connections, deadline, access, validation, error table and log line."""
    guard = _Guard(method, behaviour_of(handler))
    if handler.response_streaming:
        return grpc.unary_stream_rpc_method_handler(
            guard.stream, handler.request_deserializer, handler.response_serializer
        )
    return grpc.unary_unary_rpc_method_handler(guard.unary, handler.request_deserializer, handler.response_serializer)


def behaviour_of(handler: Handler) -> Behaviour:
    """What answers the calls of a method: with its reply, or with an iterator of replies."""
    return handler.unary_stream or handler.unary_unary or _no_request_streams


def _no_request_streams(*_: Any) -> NoReturn:
    raise NotImplementedError("no contract of the shop streams requests")


class _Guard:
    def __init__(self, method: Method, behaviour: Behaviour) -> None:
        self.method = method
        self.behaviour = behaviour
        self.before_reply = f"{method.descriptor.name}.before_reply"

    def unary(self, request: Message, context: grpc.ServicerContext) -> Any:
        with self.answer(request, context, settings.CALL_DEADLINE):
            reply = self.behaviour(request, context)
            failpoint(self.before_reply)
            reply_passes()
            return reply

    def stream(self, request: Message, context: grpc.ServicerContext) -> Iterator[Any]:
        with self.answer(request, context, settings.STREAM_LIFETIME), open_stream(context) as over:
            for reply in self.behaviour(request, context):
                # Sending takes as long as the client takes to read.
                give_back_connections()
                yield reply
                if over.is_set() or time_left() <= 0:
                    break

    @contextmanager
    def answer(self, request: Message, context: grpc.ServicerContext, limit: float) -> Iterator[None]:
        """Let the caller in, for at most `limit` seconds, or send a refusal out; one log line either way."""
        started = time.perf_counter()
        metadata = context.invocation_metadata()
        correlation = correlation_id(metadata)
        address = client_address(context.peer(), only_value(metadata, FORWARDED_KEY))
        who = "nobody"
        try:
            with fresh_connections():
                call = self.admitted(context, correlation, address, limit)
                who = call.caller.service or str(call.caller.user_id or "anyone")
                validate(request)
                with answering(call):
                    yield
        except GeneratorExit:
            self.log("CANCELLED", started, correlation, who, address)
            raise
        except Exception as error:
            refusal = refusal_for(error, correlation)
            if refusal is not error and not isinstance(error, NotImplementedError):
                log.exception(
                    "rpc.failed", method=self.method.path, request=redacted(request), correlation_id=correlation
                )
            self.log(refusal.code, started, correlation, who, address, reason=refusal.reason())
            abort(context, status_of(refusal))
        self.log("OK" if context.is_active() else "CANCELLED", started, correlation, who, address)

    def admitted(self, context: grpc.ServicerContext, correlation: str, address: str, limit: float) -> Call:
        caller = admit(self.method.access, context.invocation_metadata())
        left = context.time_remaining()
        # grpcio answers None or a number of years when the caller set no deadline.
        remaining = limit if left is None else min(left, limit)
        if remaining <= 0:
            raise DeadlineExceeded
        return Call(
            method=self.method,
            caller=caller,
            deadline=time.monotonic() + remaining,
            address=address,
            correlation_id=correlation,
        )

    def log(self, code: str, started: float, correlation: str, who: str, address: str, **more: str) -> None:
        log.info(
            "rpc",
            method=self.method.path,
            code=code,
            ms=round((time.perf_counter() - started) * 1000, 1),
            caller=who,
            address=address,
            correlation_id=correlation,
            **more,
        )


def abort(context: grpc.ServicerContext, status: status_pb2.Status) -> NoReturn:
    """End the call with `status`, details and all."""
    context.abort_with_status(rpc_status.to_status(status))
    raise AssertionError("abort_with_status returned")
