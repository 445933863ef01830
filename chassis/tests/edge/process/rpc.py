"""A library that says back what it was asked."""

import grpc

from chassis.tests.edge.library import SERVICE, Library, message, register


def handlers(server: grpc.Server) -> None:
    library = Library()
    library.answers = {
        "GetBook": lambda request, _: message("Book", book_id=request.book_id),
        "TagBook": lambda request, _: message("Book", book_id=request.book_id, tags=request.tags),
    }
    register(SERVICE, library.behaviour, server)
