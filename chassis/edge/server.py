"""uvicorn in this process, on a socket that is bound before it starts: for the REST edge, and for probes."""

import math
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from django.conf import settings

from chassis.edge.protocol import EdgeProtocol, EdgeState
from chassis.server import host_and_port
from chassis.streams import end_all

BACKLOG = 1024
KEEP_ALIVE = 60  # Seconds for which a connection may stay open between two requests.


def bound(address: str) -> socket.socket:
    """A socket bound to `address`, as in "127.0.0.1:8002"; port 0 means any free one. OSError if the port is taken."""
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


def configured(application: Any, grace: float) -> uvicorn.Config:
    """How an ASGI application is served; `grace` is how many seconds calls in hand have when it stops."""
    return uvicorn.Config(
        application,
        http=EdgeProtocol,
        ws="none",
        lifespan="on",
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=math.ceil(grace),
        log_config=None,
        log_level="error",
        access_log=False,
        # TRUSTED_PROXIES is read in one place, for both doors.
        proxy_headers=False,
        server_header=False,
    )


class Server(uvicorn.Server):
    """uvicorn's, which ends well when it is told to stop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.server_state = EdgeState()
        self.listens = threading.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn would end the process by the same signal once more; who was told to stop and did so succeeded."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self.handle_exit)
        yield

    def objection(self) -> str:
        """Why it takes no requests; empty if it does."""
        return "stopping" if self.should_exit else "" if self.started else "starting"

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell whoever waits that connections are taken."""
        await super().startup(sockets)
        self.listens.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let streams end, which would be waited for."""
        end_all()
        await super().shutdown(sockets)
