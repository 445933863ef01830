import socket
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from chassis.testing import serving
from chassis.tests.edge import urls
from chassis.tests.urls import no_handlers


@pytest.fixture(autouse=True)
def _library_edge(settings: Settings) -> None:
    """The pages belong to an edge, and the library's is at hand."""
    settings.ROOT_URLCONF = urls.__name__


@pytest.fixture
def neighbours(settings: Settings) -> Iterator[None]:
    """One that answers, and one that does not."""
    with serving(no_handlers) as target:
        settings.NEIGHBOURS = {"chassis": target, "user_service": "127.0.0.1:1"}
        yield


@pytest.fixture
def silent_neighbour(neighbours: None, settings: Settings) -> Iterator[None]:
    """One whose port takes connections, and that never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        settings.NEIGHBOURS = {"user_service": f"127.0.0.1:{deaf.getsockname()[1]}"}
        yield
