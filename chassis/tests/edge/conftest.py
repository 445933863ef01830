from collections.abc import Iterator

import pytest
from pytest_django import Settings

from chassis.tests.edge import urls
from chassis.tests.edge.library import Library


@pytest.fixture
def library(db: None, settings: Settings) -> Iterator[Library]:
    """The library behind Django's test client."""
    settings.ROOT_URLCONF = urls.__name__
    yield urls.library
    urls.library.calls.clear()
    urls.library.answers.clear()
