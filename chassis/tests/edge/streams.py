"""What tests of streams over HTTP have in common."""

from collections.abc import Callable, Iterator
from typing import Any

from chassis.streams import looks
from chassis.tests.edge.library import Library, message

WATCH = "/v1/books/1:watch"
NEVER = 60.0  # Seconds; longer than any test lasts.


def behaving(library: Library, behaviour: Callable[[], Iterator[Any]]) -> None:
    library.answers["WatchBook"] = lambda *_: behaviour()


def sales(*sold: int) -> Iterator[Any]:
    for number in sold:
        yield message("Book", sold=number, title="Ü\n")


def a_wait() -> Iterator[Any]:
    for _ in looks(NEVER):
        yield from sales()


def body(answer: Any) -> list[bytes]:
    return [piece for piece in pieces(answer) if piece]


def pieces(answer: Any) -> Iterator[bytes]:
    return iter(answer.streaming_content)
