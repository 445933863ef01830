"""Where a call comes from, and whose word is taken for it."""

import pytest
from pytest_django import Settings

from chassis.addresses import client_address


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("ipv4:192.0.2.7:50000", "192.0.2.7"),
        ("ipv6:%5B2001:db8::7%5D:50000", "2001:db8::7"),
        ("ipv6:[::1]:50000", "::1"),
        ("ipv6:%5B::ffff:192.0.2.7%5D:50000", "192.0.2.7"),
        ("192.0.2.7", "192.0.2.7"),
        ("unix:/run/shop", ""),
        ("", ""),
    ],
)
def test_a_peer_is_known_by_its_address(peer: str, address: str) -> None:
    assert client_address(peer) == address


def test_what_a_stranger_says_of_itself_is_not_believed() -> None:
    assert client_address("ipv4:192.0.2.7:50000", "198.51.100.1") == "192.0.2.7"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("", "10.0.0.1"),
        ("192.0.2.7", "192.0.2.7"),
        ("198.51.100.1, 192.0.2.7", "192.0.2.7"),
        ("192.0.2.7, 10.0.0.2", "192.0.2.7"),
        ("10.0.0.3,10.0.0.2", "10.0.0.3"),
        ("192.0.2.7, nonsense", "10.0.0.1"),
    ],
)
def test_a_proxy_is_believed_as_far_as_its_own_word_goes(settings: Settings, forwarded: str, address: str) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert client_address("ipv4:10.0.0.1:50000", forwarded) == address
