"""What the admin pages of all services have in common."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet, UUIDField
from django.http import HttpRequest


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Generic in its stubs alone.
    """Rows to look at. `Account.has_perm` lets nobody change them; actions call operations."""

    # Counting all rows once more, beside those found, costs more than the page.
    show_full_result_count = False
    list_per_page = 50
    # Fields that no page shows.
    secrets: ClassVar[tuple[str, ...]] = ()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Not by a secret: a search by its beginnings would read it out, letter by letter."""
        return lookup.partition("__")[0] not in self.secrets and super().lookup_allowed(lookup, value, request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A whole id is looked up as it is; anything else is looked for within all `search_fields`."""
        wanted = _as_uuid(search_term.strip())
        if wanted is None:
            return super().get_search_results(request, queryset, search_term)
        ids = [field.name for field in self.opts.fields if isinstance(field, UUIDField)]
        by_id = [(name, wanted) for name in ids if name in self.search_fields]
        return queryset.filter(Q(*by_id, _connector=Q.OR)), False


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
