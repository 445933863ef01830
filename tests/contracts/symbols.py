"""What the names in a service's code stand for, read from its files and the chassis's without running them."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from chassis.settings import REPOSITORY
from tests.contracts.code import files_of

Name = tuple[str, str]  # A module, and a name in it, as ("orders.models.order", "Order.move").
REFUSAL = ("chassis.errors", "Refusal")
CHASSIS = "chassis"


class Symbols:
    """A service's modules, with the chassis below them."""

    def __init__(self, service: str) -> None:
        files = [(file, REPOSITORY) for file in files_of(CHASSIS)]
        files += [(file, REPOSITORY / service) for file in files_of(service)]
        self.modules = {
            ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
                file.read_text()
            )
            for file, root in files
        }

    @cached_property
    def defined(self) -> dict[Name, ast.AST]:
        """What each name at the top of a module is made of, and each method of a class there."""
        return {(module, name): node for module, tree in self.modules.items() for name, node in _defined(tree.body)}

    @cached_property
    def of_service(self) -> set[str]:
        """The modules whose classes a service has objects of: its own, and of the chassis what they inherit from."""
        own = [module for module in self.modules if module.partition(".")[0] != CHASSIS]
        classes = [name for name, node in self.defined.items() if name[0] in own and isinstance(node, ast.ClassDef)]
        return {*own, *(module for each in classes for module, _ in self.ancestors(each))}

    @cached_property
    def imported(self) -> dict[Name, Name]:
        """Where the names come from that a module imports, wherever in it; ("orders.errors", "") is that module."""
        return {
            (module, alias.asname or alias.name): self._origin(node.module or "", alias.name)
            for module, tree in self.modules.items()
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    @cached_property
    def methods(self) -> dict[str, list[Name]]:
        """All methods of a name, in whatever class."""
        found = defaultdict(list)
        for module, name in self.defined:
            if "." in name:
                found[name.rpartition(".")[2]].append((module, name))
        return found

    def meant(self, node: ast.expr, module: str) -> Name | None:
        """What a name, or a name in a module, stands for; None for locals, and for what is not the shop's."""
        match node:
            case ast.Name(id=name):
                return self._found((module, name))
            case ast.Attribute(value=ast.Name(id=inside), attr=name):
                of = self.imported.get((module, inside))
                return self._found((of[0], name)) if of and not of[1] else None
        return None

    def refusals(self, node: ast.expr, module: str) -> set[Name]:
        """The classes that an expression names: a refusal, several, or a constant that holds some."""
        match node:
            case ast.Tuple(elts=items):
                return {each for item in items for each in self.refusals(item, module)}
            case ast.Starred(value=value):
                return self.refusals(value, module)
        meant = self.meant(node, module)
        if meant and self.is_refusal(meant):
            return {meant}
        held = self.defined.get(meant) if meant else None
        return self.refusals(held, meant[0]) if meant and isinstance(held, ast.Tuple) else set()

    def is_refusal(self, name: Name) -> bool:
        """Whether a name is that of a class of refusals."""
        return REFUSAL in self.ancestors(name)

    def ancestors(self, name: Name) -> set[Name]:
        """A class, and all that it inherits from as far as it is the shop's."""
        node = self.defined.get(name)
        bases = [self.meant(base, name[0]) for base in node.bases] if isinstance(node, ast.ClassDef) else []
        return {name}.union(*(self.ancestors(base) for base in bases if base))

    def _origin(self, module: str, name: str) -> Name:
        return (f"{module}.{name}", "") if f"{module}.{name}" in self.modules else (module, name)

    def _found(self, name: Name) -> Name | None:
        if name in self.defined:
            return name
        origin = self.imported.get(name)
        return self._found(origin) if origin and origin[1] else None


def _defined(body: list[ast.stmt], inside: str = "") -> Iterator[tuple[str, ast.AST]]:
    for node in body:
        match node:
            case ast.FunctionDef(name=name):
                yield inside + name, node
            case ast.ClassDef(name=name, body=members):
                yield inside + name, node
                yield from _defined(members, f"{inside}{name}.")
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if not inside:
                yield name, value
