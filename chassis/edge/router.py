"""From a method and a path to the binding that answers them: a tree of segments, literal ones first."""

from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote

from chassis.edge.errors import MethodNotAllowed, RouteNotFound
from chassis.edge.rules import Binding, InvalidRule, bindings
from chassis.edge.template import ONE, REST
from chassis.registry import Handlers, service_handlers

ANY_METHOD = "*"

Ends = dict[str, Binding]  # By HTTP method.


class _Node:
    """A place in the tree, reached by the segments so far."""

    __slots__ = ("ends", "literals", "one", "rest")

    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.one: _Node | None = None
        self.ends: Ends = {}
        self.rest: Ends = {}  # Of templates that go on with `**`.

    def at(self, segments: tuple[str, ...]) -> Ends:
        """Where a template of these segments ends; the way there is made."""
        if not segments:
            return self.ends
        if segments[0] == REST:
            return self.rest
        if segments[0] == ONE:
            self.one = self.one or _Node()
            return self.one.at(segments[1:])
        return self.literals.setdefault(segments[0], _Node()).at(segments[1:])

    def matching(self, segments: list[str], depth: int = 0) -> Iterator[Ends]:
        """The ends of all templates that fit, the most specific first."""
        if depth == len(segments):
            if self.ends:
                yield self.ends
        else:
            if literal := self.literals.get(segments[depth]):
                yield from literal.matching(segments, depth + 1)
            if self.one and segments[depth]:
                yield from self.one.matching(segments, depth + 1)
        if self.rest:
            yield self.rest


class Router:
    """The routes of one process."""

    def __init__(self, handlers: Handlers) -> None:
        """Compile the routes of all `handlers`. Raises InvalidRule."""
        self._trees: dict[str, _Node] = {"": _Node()}  # By custom verb, as in `:cancel`.
        self.bindings = tuple(bindings(handlers))
        for binding in self.bindings:
            self._add(binding)

    def find(self, http_method: str, path: str) -> tuple[Binding, list[str]]:
        """What answers a request for `path`, percent-encoded as it was sent, and the path's segments.

        HEAD is answered as GET is. Raises RouteNotFound, and MethodNotAllowed with the methods that are taken.
        """
        segments, candidates = self._candidates(path)
        wanted = (http_method, "GET", ANY_METHOD) if http_method == "HEAD" else (http_method, ANY_METHOD)
        for ends in candidates:
            for each in wanted:
                if each in ends:
                    return ends[each], segments
        if not candidates:
            raise RouteNotFound
        raise MethodNotAllowed(_allowed(candidates))

    def _add(self, binding: Binding) -> None:
        ends = self._trees.setdefault(binding.template.verb, _Node()).at(binding.template.segments)
        if other := ends.get(binding.route.verb):
            raise InvalidRule(f"{binding} is bound already: {other}")
        ends[binding.route.verb] = binding

    def _candidates(self, path: str) -> tuple[list[str], list[Ends]]:
        segments = path.split("/")[1:]
        last, colon, verb = segments[-1].rpartition(":") if segments else ("", "", "")
        if colon and (tree := self._trees.get(unquote(verb))):
            with_verb = [*segments[:-1], last]
            if found := list(tree.matching(_decoded(with_verb))):
                return with_verb, found
        return segments, list(self._trees[""].matching(_decoded(segments)))


@cache
def service_router() -> Router:
    """The routes of everything that this service answers."""
    return Router(service_handlers())


def _decoded(segments: list[str]) -> list[str]:
    return [unquote(segment) if "%" in segment else segment for segment in segments]


def _allowed(candidates: list[Ends]) -> list[str]:
    methods = {method for ends in candidates for method in ends} | {"OPTIONS"}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)
