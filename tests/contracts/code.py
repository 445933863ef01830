"""The services' code as the tests read it: what each file imports, and which neighbours it calls."""

import ast
from collections.abc import Iterator
from pathlib import Path

from chassis.settings import PORTS, REPOSITORY

SERVICES = sorted(PORTS)


def files_of(folder: str) -> list[Path]:
    """The Python files below a folder, but for tests and migrations."""
    files = sorted((REPOSITORY / folder).rglob("*.py"))
    return [file for file in files if not {"tests", "migrations"} & set(file.relative_to(REPOSITORY).parts)]


def packages_of(service: str) -> set[str]:
    """What a service's folder adds to its own `sys.path`, but for `config`, which every service has."""
    return {init.parent.name for init in (REPOSITORY / service).glob("*/__init__.py")} - {"config", "tests"}


def imports(file: Path) -> Iterator[str]:
    """The dotted name of everything that a file imports, at its top or anywhere else."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or ''}.{alias.name}" for alias in node.names)


def neighbours(file: Path) -> Iterator[str]:
    """The services that a file opens channels to: each `channel("user_service")` in it."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "channel":
            yield from (each.value for each in node.args if isinstance(each, ast.Constant) and each.value in SERVICES)
