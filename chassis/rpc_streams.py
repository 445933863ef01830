"""How the gRPC server answers streams: on threads of their own, so that no call waits for one to end."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from django.conf import settings

from chassis.call import correlation_id
from chassis.handler import Handler, abort, behaviour_of
from chassis.overload import Occurrences
from chassis.registry import Handlers
from chassis.status import status_of
from chassis.streams import Slots, TooManyStreams


class RpcStreams:
    """The slots and the threads for the streams of one server."""

    def __init__(self) -> None:
        number = settings.RPC_STREAMS
        self.slots = Slots(number)
        self._refused = Occurrences("streams.exhausted")
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
                self._refused.count(door="gRPC", method=path)
                abort(context, status_of(refusal), correlation_id(context.invocation_metadata()))
            try:
                yield from behaviour(request, context)
            finally:
                self.slots.give_back()

        # grpcio looks for the pool on the behaviour.
        stream.experimental_thread_pool = self.pool  # type: ignore[attr-defined]
        return grpc.unary_stream_rpc_method_handler(stream, handler.request_deserializer, handler.response_serializer)
