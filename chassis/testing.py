"""What tests are made with: a real server on a port of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import grpc

from chassis.registry import Recorder
from chassis.server import build_server


@contextmanager
def serving(hook: Callable[[grpc.Server], object]) -> Iterator[str]:
    """Serve what `hook` registers, wrapped as in production. Yields the target, as in "127.0.0.1:40123"."""
    recorder = Recorder()
    hook(recorder)
    running = build_server(recorder.handlers, "127.0.0.1:0")
    running.server.start()
    try:
        yield f"127.0.0.1:{running.port}"
    finally:
        running.server.stop(None).wait()
