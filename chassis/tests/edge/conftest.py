import threading
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from chassis.tests.edge import urls
from chassis.tests.edge.library import Library
from dev.ready import until


@pytest.fixture
def library(db: None, settings: Settings) -> Iterator[Library]:
    """The library behind Django's test client."""
    settings.ROOT_URLCONF = urls.__name__
    yield urls.library
    # A slot is given back by the time its thread ends, which nobody waits for.
    until(lambda: "edge-stream" not in {thread.name for thread in threading.enumerate()}, "a stream goes on", 10)
    urls.library.calls.clear()
    urls.library.answers.clear()
