"""Which products have certain words in their text, by an index of every three letters that follow each other.

Migration 0003 makes the index on SQLite, and triggers keep it. It only narrows a search down: whoever uses it compares
the words themselves. Without it, as on other databases, nothing is narrowed down and the answers are the same.
"""

from collections.abc import Sequence

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
    """The full-text query for texts with all trigrams of `words`; empty if there is none."""
    trigrams = {word[start : start + 3] for word in words for start in range(len(word) - 2)}
    return " AND ".join('"' + trigram.replace('"', '""') + '"' for trigram in sorted(trigrams))
