"""What a function can refuse with, read from the code.

It errs on the side of too much: a function that is named counts as called, a method as each one of that name, and a
refusal that is named as raised, unless it is caught or compared there. What a `try` catches does not get out of it.
"""

import ast
from collections.abc import Iterator

from tests.contracts.symbols import CHASSIS, Name, Symbols

Refusals = frozenset[Name]
NOTHING: Refusals = frozenset()
EVERYTHING = ("Exception", "BaseException")
COMPARING = ("isinstance", "issubclass")
# Parts that raise nothing of what they name, and the body of a `try`, which is looked at by itself.
UNREAD = {
    ast.FunctionDef: ("args", "returns", "decorator_list"),
    ast.AnnAssign: ("annotation",),
    ast.ExceptHandler: ("type",),
    ast.MatchClass: ("cls",),
    ast.Try: ("body",),
}


class Raising:
    """A service's functions, and what gets out of each."""

    def __init__(self, symbols: Symbols) -> None:
        self.symbols = symbols
        self._out: dict[Name, Refusals] = {}

    def out_of(self, *functions: Name) -> Refusals:
        """The refusals that get out of any of these functions."""
        self._out |= {name: NOTHING for name in functions if name not in self._out}
        before = None
        # Functions call each other in circles: they are read again until that finds nothing new.
        while before != self._out:
            before = dict(self._out)
            for name in before:
                self._out[name] = frozenset(self._of(self.symbols.defined[name], name[0]))
        return NOTHING.union(*(self._out[name] for name in functions))

    def _of(self, node: ast.AST, module: str) -> Iterator[Name]:
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in COMPARING:
                return
            case ast.Call(func=ast.Attribute() as method):
                yield from self._named(method, module, called=True)
            case ast.Name() | ast.Attribute():
                yield from self._named(node, module)
            case ast.Try(body=body, handlers=handlers):
                yield from self._not_caught(body, handlers, module)
        for each in _parts(node):
            yield from self._of(each, module)

    def _named(self, node: ast.Name | ast.Attribute, module: str, *, called: bool = False) -> Iterator[Name]:
        """What comes of a name: the refusals that it means, or those that get out of what it calls."""
        if refusals := self.symbols.refusals(node, module):
            yield from refusals
            return
        for name in self._called(node, module, called=called):
            yield from self._out.setdefault(name, NOTHING)

    def _called(self, node: ast.Name | ast.Attribute, module: str, *, called: bool) -> list[Name]:
        meant = self.symbols.meant(node, module)
        if meant is None:
            return self._methods(node, module, called=called) if isinstance(node, ast.Attribute) else []
        if isinstance(self.symbols.defined[meant], ast.ClassDef):
            special = [(meant[0], f"{meant[1]}.{method}") for method in ("__init__", "__post_init__", "__call__")]
            return [name for name in special if name in self.symbols.defined]
        return [meant]

    def _methods(self, node: ast.Attribute, module: str, *, called: bool) -> list[Name]:
        """All of this name: also as a property, and handed on as `self.method`. Of files of the chassis, its own."""
        of_self = isinstance(node.value, ast.Name) and node.value.id == "self"
        found = [each for each in self.symbols.methods[node.attr] if called or of_self or self._is_property(each)]
        if module.startswith(f"{CHASSIS}."):
            return [each for each in found if each[0] == module]
        return [each for each in found if each[0] in self.symbols.of_service]

    def _is_property(self, name: Name) -> bool:
        node = self.symbols.defined[name]
        marks = node.decorator_list if isinstance(node, ast.FunctionDef) else []
        return any("property" in ast.unparse(each) for each in marks)

    def _not_caught(self, body: list[ast.stmt], handlers: list[ast.ExceptHandler], module: str) -> Iterator[Name]:
        for name in (name for each in body for name in self._of(each, module)):
            if not any(self._catches(handler, name, module) for handler in handlers):
                yield name

    def _catches(self, handler: ast.ExceptHandler, name: Name, module: str) -> bool:
        if any(isinstance(each, ast.Raise) and each.exc is None for each in ast.walk(handler)):
            return False
        if handler.type is None or (isinstance(handler.type, ast.Name) and handler.type.id in EVERYTHING):
            return True
        return bool(self.symbols.refusals(handler.type, module) & self.symbols.ancestors(name))


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    for name, value in ast.iter_fields(node):
        if name not in UNREAD.get(type(node), ()):
            yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, ast.AST))
