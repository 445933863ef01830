"""A library that says back what it was asked, and sells one copy of every book."""

from collections.abc import Iterator
from typing import Any

import grpc

from chassis.streams import looks
from chassis.tests.edge.library import SERVICE, Library, message, register


def handlers(server: grpc.Server) -> None:
    library = Library()
    library.answers = {
        "WatchBook": lambda *_: one_sale_and_then_a_wait(),
        "GetBook": lambda request, _: message("Book", book_id=request.book_id),
        "TagBook": lambda request, _: message("Book", book_id=request.book_id, tags=request.tags),
    }
    register(SERVICE, library.behaviour, server)


def one_sale_and_then_a_wait() -> Iterator[Any]:
    yield message("Book", sold=1)
    for _ in looks(60):
        pass
