"""The lines that `make bench` prints."""

from dataclasses import dataclass

from dev.bench.rounds import Compared

WIDTHS = (48, 12, 28, 7, 12)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was measured."""

    what: str
    ours: str
    compared_with: str = ""
    ratio: str = ""
    target: str = ""

    def __str__(self) -> str:
        cells = (self.what, self.ours, self.compared_with, self.ratio, self.target)
        return "".join(f"{cell:<{width}}" for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


HEAD = Line("", "the shop", "compared with", "ratio", "target")


def compared(what: str, result: Compared, unit: str, other: str, target: str) -> Line:
    """A line about two contestants."""
    digits = 0 if unit == "/s" else 2
    return Line(
        what,
        f"{result.ours:.{digits}f}{unit}",
        f"{other} {result.theirs:.{digits}f}{unit}",
        f"{result.ratio:.2f}",
        target,
    )
