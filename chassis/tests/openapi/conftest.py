from typing import Any

import pytest

from chassis.edge.router import Router
from chassis.openapi.document import document
from chassis.tests.edge.conftest import library
from chassis.tests.edge.library import Library

__all__ = ["described", "library"]

Json = dict[str, Any]


@pytest.fixture(scope="session")
def described() -> Json:
    """The library's document, with a comment here and there."""
    comments = {
        "library.v1.Library": "Books to read.",
        "library.v1.Library.GetBook": "Fetches a book. Refuses NOT_FOUND (BOOK_NOT_FOUND) if nobody has it.",
        "library.v1.Library.WatchBook": "Follows a book. Refuses RESOURCE_EXHAUSTED (TOO_MANY_STREAMS).",
        "library.v1.Genre": "What kind of book.",
        "library.v1.Genre.GENRE_POETRY": "Verses.",
        "library.v1.Book.title": 'What it is called, as in "Emma".',
        "library.v1.Book.pages": "How many, as in 474.",
        "library.v1.Book.sold": "How many, as in 1250.",
        "library.v1.Book.tags": 'Free words, as in "novel".',
        "library.v1.TagBookRequest.tags": 'Free words, as in "novel".',
    }
    return document(Router(Library().handlers()).bindings, comments)
