"""Every reason that a contract's comment promises is one that somebody can refuse with."""

import ast
from collections.abc import Iterator

from chassis.comments import contract_comments
from chassis.errors import constant_name
from chassis.openapi.refusals import spoken_reasons
from tests.contracts.code import SERVICES, files_of
from tests.contracts.contracts import METHODS, short


def refusals() -> Iterator[str]:
    """The reasons of all refusals that the code defines."""
    for file in [file for folder in ("chassis", *SERVICES) for file in files_of(folder)]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ClassDef):
                yield constant_name(node.name)


def test_every_reason_in_a_comment_has_its_refusal() -> None:
    known = set(refusals())
    promised = [
        (short(method), reason.name)
        for method in METHODS
        for reason in spoken_reasons(contract_comments()[method.descriptor.full_name])
    ]

    assert promised
    assert [each for each in promised if each[1] not in known] == []
