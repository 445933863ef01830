"""Prints how many seconds an edge takes to notice that the clients of two streams have vanished: `vanishing.py FOLDER`.

In a network of its own, whose only link is taken down: no packet says good-bye. Needs the rights of root.
"""

import ctypes
import fcntl
import socket
import struct
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from chassis.testing import streaming
from chassis.tests.edge.edge_process import EdgeProcess, running
from dev.ready import until

HEARTBEAT = 2.0  # Seconds.
# From the kernel's headers, for Linux.
CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS = 0x8914
IFF_UP = 1


def leave_the_network() -> None:
    """Give this process and its children a network that has nothing but a loopback of its own."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "no network of its own")


def set_link(flags: int) -> None:
    """Take the loopback up or down."""
    with socket.socket() as anything:
        fcntl.ioctl(anything, SIOCSIFFLAGS, struct.pack("16sh", b"lo", flags))


def ended(edge: EdgeProcess) -> int:
    """How many streams the edge says have ended."""
    return edge.log.read_text().count("WatchBook code=CANCELLED")


def main() -> None:
    """Measure."""
    leave_the_network()
    set_link(IFF_UP)
    with running(Path(sys.argv[1]), STREAM_HEARTBEAT=str(HEARTBEAT)) as edge, ExitStack() as stack:
        for _ in range(2):
            answer = stack.enter_context(streaming(edge.port, "/v1/books/1:watch", {}))
            assert answer.readline() == b"id: 1\n"
        set_link(0)
        vanished = time.monotonic()
        until(lambda: ended(edge) == 2, "nobody noticed", 10 * HEARTBEAT)
        print(time.monotonic() - vanished)


if __name__ == "__main__":
    main()
