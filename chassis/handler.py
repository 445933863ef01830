"""The one wrapper round every handler. Both doors, gRPC and REST, call what it returns."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

import grpc
import structlog
from django.conf import settings
from google.protobuf.message import Message
from google.rpc import status_pb2
from grpc_status import rpc_status

from chassis.access import admit
from chassis.addresses import FORWARDED_KEY, client_address
from chassis.call import CORRELATION_KEY, Call, answering, correlation_id, only_value, time_left
from chassis.connections import fresh_connections, give_back_connections
from chassis.contract import Method
from chassis.errors import DeadlineExceeded
from chassis.failpoints import failpoint, reply_passes
from chassis.redaction import redacted
from chassis.status import refusal_for, status_of
from chassis.streams import open_stream
from chassis.validation import validate

log = structlog.get_logger("chassis.rpc")

LONGEST_ID = 64  # Characters of it in the log.
LONGEST_REQUEST = 4096  # Bytes of it in the log.

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
        metadata = context.invocation_metadata()
        correlation = correlation_id(metadata)
        context.set_trailing_metadata(((CORRELATION_KEY, correlation),))
        address = client_address(context.peer(), only_value(metadata, FORWARDED_KEY))
        line = _Line(self.method, request, address, correlation)
        try:
            with fresh_connections():
                call = self.admitted(context, correlation, address, limit)
                line.call = call
                validate(request)
                with answering(call):
                    yield
        except GeneratorExit:
            line.write("CANCELLED")
            raise
        except Exception as error:
            refusal = refusal_for(error, correlation)
            if refusal is not error and not isinstance(error, NotImplementedError):
                log.exception("rpc.failed", method=self.method.path, request=_told(request), correlation_id=correlation)
            line.write(refusal.code, reason=refusal.reason())
            abort(context, status_of(refusal), correlation)
        line.write("OK" if context.is_active() else "CANCELLED")

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


def _told(request: Message) -> Any:
    """A request as the log may have it: whole if it is short."""
    size = request.ByteSize()
    return redacted(request) if size <= LONGEST_REQUEST else f"{size} bytes"


class _Line:
    """The one line that the log has of a call."""

    def __init__(self, method: Method, request: Message, address: str, correlation: str) -> None:
        self.started = time.perf_counter()
        self.method = method
        self.request = request
        self.address = address
        self.correlation = correlation
        self.call: Call | None = None  # Once the caller is let in.

    def write(self, code: str, **more: str) -> None:
        """Write it: who called from where, what the call was about, and how it ended."""
        caller = self.call.caller.name or "anyone" if self.call else "nobody"
        log.info(
            "rpc",
            method=self.method.path,
            code=code,
            ms=round((time.perf_counter() - self.started) * 1000, 1),
            caller=caller,
            address=self.address,
            correlation_id=self.correlation,
            **{name: sent[:LONGEST_ID] for name in self.method.ids if (sent := getattr(self.request, name))},
            **(self.call.notes if self.call else {}),
            **more,
        )


@dataclass(frozen=True, slots=True)
class _Status(grpc.Status):
    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple[tuple[str, str | bytes], ...]


def abort(context: grpc.ServicerContext, status: status_pb2.Status, correlation: str) -> NoReturn:
    """End the call with `status`, details and all, and with the correlation id that every reply carries."""
    plain = rpc_status.to_status(status)
    context.abort_with_status(
        _Status(plain.code, plain.details, (*plain.trailing_metadata, (CORRELATION_KEY, correlation)))
    )
    raise AssertionError("abort_with_status returned")
