"""A library that says back what it was asked, sells one copy of every book, and counts what would change it."""

import threading
from collections.abc import Iterator
from typing import Any

import grpc

from chassis.streams import looks
from chassis.tests.edge.library import SERVICE, Library, message, register


class Shelf:
    """What the library remembers between two calls."""

    def __init__(self) -> None:
        self.updates = 0
        self.returned = threading.Event()

    def get_book(self, request: Any, context: grpc.ServicerContext) -> Any:
        """The book, with the number of updates so far as what was sold; "lent" comes once it is returned."""
        if request.book_id == "lent":
            self.returned.wait(context.time_remaining())
        return message("Book", book_id=request.book_id, sold=self.updates, title=metadata_of(context))

    def update_book(self, _request: Any, _context: grpc.ServicerContext) -> Any:
        """Counts."""
        self.updates += 1
        return message("Book")

    def return_book(self, _request: Any, _context: grpc.ServicerContext) -> Any:
        """Lets who waits for "lent" have it."""
        self.returned.set()
        return message("Nothing")


def handlers(server: grpc.Server) -> None:
    library, shelf = Library(), Shelf()
    library.answers = {
        "WatchBook": lambda *_: one_sale_and_then_a_wait(),
        "GetBook": shelf.get_book,
        "UpdateBook": shelf.update_book,
        "DeleteBook": shelf.return_book,
        "TagBook": lambda request, _: message("Book", book_id=request.book_id, tags=request.tags),
    }
    register(SERVICE, library.behaviour, server)


def metadata_of(context: grpc.ServicerContext) -> str:
    return " ".join(f"{key}={value!s}" for key, value in context.invocation_metadata())


def one_sale_and_then_a_wait() -> Iterator[Any]:
    yield message("Book", sold=1)
    for _ in looks(60):
        pass
