"""The services' tables as the tests read them: which values a column takes, whatever the database."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.contracts.code import SERVICES, files_of

# What PostgreSQL takes. SQLite takes more, and a shop may move from the one to the other.
INTEGERS = {
    "BigIntegerField": (-(2**63), 2**63 - 1),
    "PositiveIntegerField": (0, 2**31 - 1),
    "PositiveSmallIntegerField": (0, 2**15 - 1),
}
LONGEST_EMAIL = 254


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a text or of a whole number."""

    kind: str  # As in "CharField".
    max_length: int | None

    def takes(self, value: object) -> bool:
        """Whether a row with this value can be stored."""
        if isinstance(value, str):
            return self.kind == "TextField" or (self.max_length is not None and len(value) <= self.max_length)
        low, high = INTEGERS[self.kind]
        return isinstance(value, int) and low <= value <= high


def column(name: str) -> Column:
    """The column "order_service.OrderLine.product_name". KeyError if there is none."""
    return _columns()[name]


@cache
def _columns() -> dict[str, Column]:
    files = [(service, file) for service in SERVICES for file in files_of(service)]
    trees = [(service, ast.parse(file.read_text())) for service, file in files if _has_models(file)]
    constants = dict(pair for _, tree in trees for pair in _constants(tree))
    constants |= dict(pair for file in files_of("chassis") for pair in _constants(ast.parse(file.read_text())))
    return {f"{service}.{name}": each for service, tree in trees for name, each in _columns_in(tree, constants)}


def _has_models(file: Path) -> bool:
    return file.name == "models.py" or file.parent.name == "models"


def _constants(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=int(value))):
                yield name, value


def _columns_in(tree: ast.Module, constants: dict[str, int]) -> Iterator[tuple[str, Column]]:
    for model in [node for node in tree.body if isinstance(node, ast.ClassDef)]:
        for node in model.body:
            match node:
                case ast.Assign(
                    targets=[ast.Name(id=name)],
                    value=ast.Call(func=ast.Attribute(value=ast.Name(id="models"), attr=kind), keywords=options),
                ):
                    yield f"{model.name}.{name}", Column(kind, _max_length(kind, options, constants))


def _max_length(kind: str, options: list[ast.keyword], constants: dict[str, int]) -> int | None:
    said = next((option.value for option in options if option.arg == "max_length"), None)
    if isinstance(said, ast.Name):
        return constants[said.id]
    if isinstance(said, ast.Constant) and isinstance(said.value, int):
        return said.value
    return LONGEST_EMAIL if kind == "EmailField" else None
