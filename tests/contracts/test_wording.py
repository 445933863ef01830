"""What one service calls a thing, another puts into words for customers."""

import ast
import re
from pathlib import Path

import pytest

from chassis.errors import Refusal
from chassis.settings import REPOSITORY
from tests.contracts.code import files_of

TEMPLATES = REPOSITORY / "notification_service" / "notifications" / "templates" / "notifications"
REASONS = [file for file in sorted(TEMPLATES.rglob("reason.txt")) if file.parent.name == "order_cancelled"]
WISH = r'"(CANCELLED_BY_[A-Z]+)"'


def test_there_are_words_in_two_languages() -> None:
    assert [file.parts[-3] for file in REASONS] == ["de", "en"]


@pytest.mark.parametrize("words", REASONS, ids=lambda file: file.parts[-3])
def test_every_reason_that_an_order_is_cancelled_for_is_put_into_words(words: Path) -> None:
    text = words.read_text()
    assert {reason for reason in undoing() | asked_for() if f'reason == "{reason}"' not in text} == set()


def undoing() -> set[str]:
    """The reasons of the refusals that order_service cancels an order for, as its `errors.py` lists them."""
    tree = ast.parse((REPOSITORY / "order_service" / "orders" / "errors.py").read_text())
    [names] = [
        node.value.elts
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple) and _named(node.targets[0]) == "UNDOING"
    ]
    refusals: list[type[Refusal]] = [type(_named(name), (Refusal,), {}) for name in names]
    return {refusal.reason() for refusal in refusals}


def asked_for() -> set[str]:
    """The reasons that order_service gives where somebody called an order off, as in "CANCELLED_BY_CUSTOMER"."""
    return {reason for file in files_of("order_service") for reason in re.findall(WISH, file.read_text())}


def _named(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""
