"""Where a call comes from: the peer's address, or the one that proxies in front of it vouch for."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import unquote

from django.conf import settings

FORWARDED_KEY = "x-forwarded-for"

Address = IPv4Address | IPv6Address


def client_address(peer: str, forwarded: str = "") -> str:
    """The caller's IP address as text; empty if nobody can tell, as over a Unix socket.

    `peer` is an address, or what gRPC calls a peer, as in "ipv4:192.0.2.7:50000". `forwarded` is the value of
    X-Forwarded-For. It counts as far as the networks of settings.TRUSTED_PROXIES have written it, from its end on:
    what stands before their word, anybody can write.
    """
    address = _parsed(_host_of(peer))
    for written in reversed(forwarded.split(",") if forwarded else []):
        before = _parsed(written.strip())
        if address is None or before is None or not _is_trusted(address):
            break
        address = before
    return str(address or "")


def _host_of(peer: str) -> str:
    """The host in gRPC's name of a peer; anything else as it is."""
    if not peer.startswith(("ipv4:", "ipv6:")):
        return peer
    # gRPC writes "ipv6:%5B::1%5D:50000".
    return unquote(peer[len("ipv4:") :]).rpartition(":")[0].strip("[]")


def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # A socket for both families writes IPv4 as ::ffff:192.0.2.7.
    return getattr(address, "ipv4_mapped", None) or address


def _is_trusted(address: Address) -> bool:
    return any(address in ip_network(network) for network in settings.TRUSTED_PROXIES)
