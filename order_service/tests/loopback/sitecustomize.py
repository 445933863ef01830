"""For a program that would listen on all interfaces, and has no option against it: its sockets get loopback instead.

Python imports this module by its name at the start of any process that has this folder on its PYTHONPATH.
"""

import socket
from typing import Any


class LoopbackSocket(socket.socket):
    """Takes "::" for 127.0.0.1."""

    def __init__(self, family: int = -1, *arguments: Any, **options: Any) -> None:
        super().__init__(socket.AF_INET if family == socket.AF_INET6 else family, *arguments, **options)

    def bind(self, address: Any) -> None:
        super().bind(("127.0.0.1", address[1]) if address[0] == "::" else address)


socket.socket = LoopbackSocket  # type: ignore[misc]
