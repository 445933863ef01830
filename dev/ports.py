"""Whether the shop's ports are free, asked before anything is started."""

import socket

from dev.shop import HOST, Shop


def taken_port(shop: Shop) -> str:
    """A sentence about the first port that somebody listens on; empty if all are free."""
    for service in shop.services:
        doors = {"gRPC": [service.rpc_port], "REST": [service.rest_port], "probes": service.probes}
        for door, port in ((door, port) for door, ports in doors.items() for port in ports):
            if not is_free(port):
                return (
                    f"Port {port}, where {service.name} answers {door}, is taken: stop what listens there "
                    f"(`lsof -i :{port}` names it; it may be another `make run`) and try again."
                )
    return ""


def is_free(port: int) -> bool:
    """Whether nobody listens on `port`. Connections that a former server left behind do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
