"""Streams, as every contract of the shop promises them."""

from tests.contracts.contracts import METHODS, short

STREAMS = [method for method in METHODS if method.descriptor.server_streaming]


def test_a_stream_over_rest_can_be_taken_up_where_it_was_lost() -> None:
    assert [short(method) for method in STREAMS if method.routes and not method.position] == []


def test_the_position_of_a_stream_is_what_both_its_messages_say() -> None:
    assert {short(method): method.position for method in STREAMS} == {"OrderService/WatchOrder": "version"}


def test_no_contract_streams_requests() -> None:
    assert [short(method) for method in METHODS if method.descriptor.client_streaming] == []
