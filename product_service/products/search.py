"""Which products have certain words in their text, by an index of every three letters that follow each other.

Migration 0003 makes the index on SQLite, and triggers keep it. It only narrows a search down: whoever uses it compares
the words themselves. Without it, as on other databases, nothing is narrowed down and the answers are the same.

A later migration that makes Django remake the table of products (on SQLite most changes of a column do) drops the
triggers with the old table, and must do again what 0003 does; the tests of search fail if it forgets.
"""

from collections.abc import Iterator, Sequence

from django.db import connections
from django.db.models.expressions import RawSQL

_EXISTS = "SELECT 1 FROM sqlite_master WHERE name = 'product_search'"
_MORE_THAN = "SELECT 1 FROM product_search WHERE product_search MATCH %s LIMIT 1 OFFSET %s"
_PRODUCT_IDS = """
    SELECT product_id FROM product_search JOIN product_search_number ON number = product_search.rowid
    WHERE product_search MATCH %s
"""


def few_with(words: Sequence[str], limit: int, *, using: str) -> RawSQL | None:
    """A subquery for the ids of all products that may have every one of `words`.

    None if they are more than `limit`, if the words are too short to tell, or if the database has no index.
    """
    match = _all_of(words)
    with connections[using].cursor() as cursor:
        if not match or connections[using].vendor != "sqlite" or not cursor.execute(_EXISTS).fetchone():
            return None
        if cursor.execute(_MORE_THAN, [match, limit]).fetchone():
            return None
    return RawSQL(_PRODUCT_IDS, [match])  # noqa: S611  The words are parameters.


def _all_of(words: Sequence[str]) -> str:
    """The full-text query for texts with trigrams that cover each of `words`; empty if there is none.

    All the others between them would cost as much again and hardly rule a text out.
    """
    trigrams = {trigram for word in words for trigram in _cover(word)}
    return " AND ".join('"' + trigram.replace('"', '""') + '"' for trigram in sorted(trigrams))


def _cover(word: str) -> Iterator[str]:
    last = len(word) - 3
    return (word[start : start + 3] for start in {*range(0, last, 3), last} if start >= 0)
