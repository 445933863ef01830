"""How the gRPC server answers streams: on threads of their own, so that no call waits for one to end."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import structlog
from django.conf import settings

from chassis.handler import Handler, abort, behaviour_of
from chassis.registry import Handlers
from chassis.status import status_of
from chassis.streams import Slots, TooManyStreams

log = structlog.get_logger("chassis.rpc")


class RpcStreams:
    """The slots and the threads for the streams of one server."""

    def __init__(self) -> None:
        # An open stream counts among the calls that the server takes on: never all of them.
        number = max(min(settings.RPC_STREAMS, settings.RPC_MAX_CONCURRENT - 1), 0)
        self.slots = Slots(number)
        # One more thread than slots: it says no while the others are taken.
        self.pool = ThreadPoolExecutor(number + 1, thread_name_prefix="rpc-stream")

    def placed(self, handlers: Handlers) -> Handlers:
        """`handlers`, with those that stream moved to these threads."""
        return {
            path: self._placed(path, handler) if handler.response_streaming else handler
            for path, handler in handlers.items()
        }

    def _placed(self, path: str, handler: Handler) -> Handler:
        behaviour = behaviour_of(handler)

        def stream(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
            try:
                self.slots.take()
            except TooManyStreams as refusal:
                log.info("rpc.refused", method=path, reason=refusal.reason())
                abort(context, status_of(refusal))
            try:
                yield from behaviour(request, context)
            finally:
                self.slots.give_back()

        # grpcio looks for the pool on the behaviour.
        stream.experimental_thread_pool = self.pool  # type: ignore[attr-defined]
        return grpc.unary_stream_rpc_method_handler(stream, handler.request_deserializer, handler.response_serializer)
