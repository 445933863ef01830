"""A service's gRPC server: bounded, observable, and stopped without dropping a call."""

import ipaddress
import threading
from concurrent import futures
from dataclasses import dataclass, field

import grpc
import structlog
from django.conf import settings
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2, reflection_pb2_grpc

from chassis.registry import Handlers, register
from chassis.rpc_admission import Admission, CallThreads
from chassis.rpc_arrivals import Arrivals
from chassis.rpc_streams import RpcStreams
from chassis.stopping import StopSignals
from chassis.streams import end_all

log = structlog.get_logger("chassis.server")

BACKSTOP = 4  # Times RPC_MAX_CONCURRENT.

# Option names that this grpcio honours; it ignores unknown ones in silence.
OPTIONS = [
    # Otherwise a second server binds the same port and the two split the traffic.
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", 256 * 1024),
    ("grpc.max_send_message_length", 1024 * 1024),
    ("grpc.max_concurrent_streams", 100),
    # A connection that never speaks HTTP/2, and one that nobody uses.
    ("grpc.server_handshake_timeout_ms", 5_000),
    ("grpc.max_connection_idle_ms", 60_000),
    ("grpc.max_metadata_size", 8 * 1024),
    ("grpc.absolute_max_metadata_size", 16 * 1024),
    # Frees threads that wait for the rest of a request that never comes.
    ("grpc.max_connection_age_ms", 120_000),
    ("grpc.max_connection_age_grace_ms", 15_000),
    # A client that has vanished without a word is noticed within two heartbeats.
    ("grpc.keepalive_time_ms", 15_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
]


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server with an open port, its threads, and its health."""

    server: grpc.Server
    port: int
    threads: CallThreads
    arrivals: Arrivals
    pools: tuple[futures.ThreadPoolExecutor, ...]
    health: health.HealthServicer
    stopping: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Answer calls."""
        self.arrivals.start()
        self.server.start()


class PlaintextOnlyOnLoopback(Exception):  # noqa: N818  Named for what it says to the person who starts it.
    """Plaintext leaves nobody's machine: bind 127.0.0.1 or ::1."""


def build_server(handlers: Handlers, address: str) -> RunningServer:
    """A server for wrapped `handlers`, bound to `address` and not started. Port 0 means any free one.

    Raises PlaintextOnlyOnLoopback for another host, RuntimeError if the port is taken.
    """
    require_loopback(address)
    threads, arrivals = CallThreads(settings.RPC_THREADS), Arrivals(settings.RPC_THREADS)
    admission = Admission(threads, arrivals, settings.RPC_MAX_CONCURRENT)
    # What grpcio refuses by itself is seen by nobody: its limit only keeps refusals from piling up.
    server = grpc.server(
        threads,
        options=OPTIONS,
        interceptors=[admission],
        maximum_concurrent_rpcs=BACKSTOP * settings.RPC_MAX_CONCURRENT,
    )
    streams = RpcStreams()
    services = register(streams.placed(handlers), server)
    health_servicer = _health(services, threads)
    health_pb2_grpc.add_HealthServicer_to_server(health_servicer, server)
    if settings.RPC_REFLECTION:
        names = [*services, health.SERVICE_NAME, reflection.SERVICE_NAME]
        reflection_pb2_grpc.add_ServerReflectionServicer_to_server(_Reflection(names), server)
    pools = (threads, streams.pool, admission.refusing_thread)
    return RunningServer(server, server.add_insecure_port(address), threads, arrivals, pools, health_servicer)


def require_loopback(address: str) -> None:
    """Refuse to listen in plaintext where another machine could listen in."""
    host, _ = host_and_port(address)
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        raise PlaintextOnlyOnLoopback(f"{address} is not on loopback, and this server has no TLS")


def host_and_port(address: str) -> tuple[str, int]:
    """The parts of an address such as "127.0.0.1:50051" or "[::1]:50051"."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def run_until_stopped(running: RunningServer, stop: threading.Event) -> None:
    """Serve until `stop`, SIGTERM or SIGINT; then say NOT_SERVING, finish the calls in flight, and end."""
    signals = StopSignals()
    running.start()
    log.info("rpc.serving", port=running.port, security="plaintext, loopback only")
    signals.wait(stop)
    running.stopping.set()
    running.health.enter_graceful_shutdown()
    stopped = running.server.stop(settings.RPC_GRACE)
    end_all()
    stopped.wait()
    # stop() returns while handlers that outlived the grace still run.
    for pool in running.pools:
        pool.shutdown(wait=True)
    running.arrivals.stop()
    log.info("rpc.stopped")


# The package publishes no types.
class _Health(health.HealthServicer):  # type: ignore[misc]
    """Answers from a thread of its own, lest a full pool look like a dead server; and says so of a stuck one."""

    def __init__(self, threads: CallThreads) -> None:
        super().__init__(experimental_thread_pool=futures.ThreadPoolExecutor(1, thread_name_prefix="health-watch"))
        self._threads = threads

    def Check(
        self, request: health_pb2.HealthCheckRequest, context: grpc.ServicerContext
    ) -> health_pb2.HealthCheckResponse:
        if self._threads.stuck():
            return health_pb2.HealthCheckResponse(status=health_pb2.HealthCheckResponse.NOT_SERVING)
        return super().Check(request, context)

    # grpcio looks for the pool on the method; the constructor's argument of this name reaches Watch alone.
    Check.experimental_thread_pool = futures.ThreadPoolExecutor(1, thread_name_prefix="health")  # type: ignore[attr-defined]


# The package publishes no types.
class _Reflection(reflection.ReflectionServicer):  # type: ignore[misc]
    """Describes methods too: protobuf's own pool finds files by their services and messages alone."""

    def _file_containing_symbol(
        self, request: reflection_pb2.ServerReflectionRequest, fully_qualified_name: str
    ) -> reflection_pb2.ServerReflectionResponse:
        found = super()._file_containing_symbol(request, fully_qualified_name)
        if found.HasField("error_response"):
            found = super()._file_containing_symbol(request, fully_qualified_name.rpartition(".")[0])
        return found


def _health(services: list[str], threads: CallThreads) -> health.HealthServicer:
    servicer = _Health(threads)
    for name in services:
        servicer.set(name, health_pb2.HealthCheckResponse.SERVING)
    return servicer
