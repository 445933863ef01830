"""Path templates, in the grammar of google/api/http.proto."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

ONE = "*"  # One segment.
REST = "**"  # Any number of segments, none included.

_SHAPE = re.compile(r"/(?P<segments>.*?)(?::(?P<verb>[^/{}:*?#\s]+))?")
_BETWEEN_SEGMENTS = re.compile(r"/(?![^{}]*\})")
_VARIABLE = re.compile(r"\{(?P<path>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?:=(?P<segments>[^{}]*))?\}", re.ASCII)
_SEGMENT = re.compile(r"\*\*?|[^/{}*:?#\s]+")


class InvalidTemplate(ValueError):  # noqa: N818  A sentence for whoever starts the service.
    """The text is no path template."""


@dataclass(frozen=True, slots=True)
class Variable:
    """The part of a path that names a field's value."""

    path: str  # As in "order.order_id".
    start: int  # The first of its segments.
    stop: int | None  # The segment after its last; None if it takes all that follow.
    multi_segment: bool

    def value(self, segments: list[str]) -> str:
        """The variable's text in a path, given that path's segments as they were sent."""
        text = "/".join(segments[self.start : self.stop])
        if "%" not in text:
            return text
        return _decoded_but_slashes(text) if self.multi_segment else unquote(text)


@dataclass(frozen=True, slots=True)
class Template:
    """A template, taken apart. Literal segments are percent-decoded."""

    segments: tuple[str, ...]
    verb: str  # As in "cancel", or empty.
    variables: tuple[Variable, ...]


def parse(text: str) -> Template:
    """The template that `text` spells. Raises InvalidTemplate."""
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise InvalidTemplate("a path template starts with a slash")
    segments: list[str] = []
    variables: list[Variable] = []
    for piece in _BETWEEN_SEGMENTS.split(shape["segments"]):
        inner = _pieces_of_variable(piece, len(segments), variables) if piece.startswith("{") else [piece]
        segments += [_segment(each) for each in inner]
    if REST in segments[:-1]:
        raise InvalidTemplate("`**` may only be the last segment")
    if len({each.path for each in variables}) < len(variables):
        raise InvalidTemplate("a variable occurs twice")
    return Template(tuple(segments), unquote(shape["verb"] or ""), tuple(variables))


def _pieces_of_variable(piece: str, start: int, variables: list[Variable]) -> list[str]:
    match = _VARIABLE.fullmatch(piece)
    if match is None:
        raise InvalidTemplate(f"{piece!r} is no variable")
    pieces = [ONE] if match["segments"] is None else match["segments"].split("/")
    takes_rest = pieces[-1] == REST
    stop = None if takes_rest else start + len(pieces)
    variables.append(Variable(match["path"], start, stop, multi_segment=takes_rest or len(pieces) > 1))
    return pieces


def _segment(text: str) -> str:
    if not _SEGMENT.fullmatch(text):
        raise InvalidTemplate(f"{text!r} is no segment")
    return unquote(text)


def _decoded_but_slashes(text: str) -> str:
    """An encoded slash stays, or nobody could tell it from one between segments."""
    return "".join(piece if piece in ("%2F", "%2f") else unquote(piece) for piece in re.split("(%2[Ff])", text))
