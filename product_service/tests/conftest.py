"""Fixtures of this service's tests."""

from collections.abc import Iterator

import grpc
import pytest

from chassis.testing import serving
from config.rpc import handlers
from shop.products.v1.products_pb2_grpc import ProductServiceStub


@pytest.fixture(autouse=True)
def _trusted_tokens(trusted_tokens: None) -> None:
    """The tests' own tokens stand for user_service's."""


@pytest.fixture
def products(transactional_db: None) -> Iterator[ProductServiceStub]:
    """This service, called over a channel."""
    with serving(handlers) as target, grpc.insecure_channel(target) as channel:
        yield ProductServiceStub(channel)
