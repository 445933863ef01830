"""The server of the REST edge: uvicorn in one process, on a socket that is bound before it starts."""

import math
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
import uvicorn
from django.conf import settings

from chassis.edge.protocol import EdgeProtocol, EdgeState
from chassis.server import host_and_port, require_loopback
from chassis.streams import end_all

log = structlog.get_logger("chassis.edge")

BACKLOG = 1024
KEEP_ALIVE = 60  # Seconds for which a connection may stay open between two requests.


def listening(address: str) -> socket.socket:
    """A socket bound to `address`, as in "127.0.0.1:8002"; port 0 means any free one.

    Raises PlaintextOnlyOnLoopback for another host, OSError if the port is taken.
    """
    require_loopback(address)
    host, port = host_and_port(address)
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # Connections inherit it: a client that has vanished acknowledges nothing, be it a heartbeat or an answer.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(settings.STREAM_HEARTBEAT * 1000))
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def serve(application: Any, listener: socket.socket) -> None:
    """Answer on a bound socket until SIGTERM or SIGINT; then end streams, and finish the calls in hand."""
    config = uvicorn.Config(
        application,
        http=EdgeProtocol,
        ws="none",
        lifespan="on",
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=math.ceil(settings.RPC_GRACE),
        log_config=None,
        log_level="error",
        access_log=False,
        # TRUSTED_PROXIES is read in one place, for both doors.
        proxy_headers=False,
        server_header=False,
    )
    log.info("edge.serving", port=listener.getsockname()[1], security="plaintext, loopback only")
    _Server(config).run([listener])
    log.info("edge.stopped")


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.server_state = EdgeState()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn would end the process by the same signal once more; who was told to stop and did so succeeded."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.handle_exit)
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let streams end, which would be waited for."""
        end_all()
        await super().shutdown(sockets)
