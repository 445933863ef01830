"""The lab knows every failpoint, and only such as there are."""

import ast
from collections.abc import Iterator
from itertools import chain

from dev.lab.catalogue import POINTS
from orders.saga import ORDER_STATES, REFUND_STATES, Call, State
from tests.contracts.code import SERVICES, files_of
from tests.contracts.contracts import METHODS

CATALOGUE = list(chain.from_iterable(POINTS.values()))
# Where the code makes the name up: one for each call, and for each state that something moves to.
MADE_UP = {
    *(f"order.{when}_{call}" for when in ("before", "after") for call in Call),
    *(f"order.moving_to_{state}" for state in (*ORDER_STATES, *REFUND_STATES)),
} - {f"order.moving_to_{first}" for first in (State.RESERVING, State.REFUNDING)}
REPLIES = {f"{method.descriptor.name}.before_reply" for method in METHODS}


def test_every_failpoint_of_the_code_is_tried() -> None:
    assert {*written_out(), *MADE_UP} - set(CATALOGUE) == set()


def test_every_failpoint_of_the_catalogue_is_there() -> None:
    assert set(CATALOGUE) - {*written_out(), *MADE_UP, *REPLIES} == set()


def test_each_is_tried_by_one_story() -> None:
    assert len(CATALOGUE) == len(set(CATALOGUE))


def written_out() -> Iterator[str]:
    """The names in the code's calls of `failpoint`."""
    for file in [file for folder in ("chassis", *SERVICES) for file in files_of(folder)]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "failpoint":
                yield from (str(each.value) for each in node.args if isinstance(each, ast.Constant))
