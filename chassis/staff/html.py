"""Pieces of the admin's pages."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Model
from django.urls import reverse
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

GOOD = {"done", "paid", "sent", "accepted", "confirmed", "captured", "active", "refunded", "yes"}
BAD = {
    "dead",
    "cancelled",
    "failed",
    "bounced",
    "declined",
    "released",
    "expired",
    "deactivated",
    "archived",
    "voided",
    "refused",
    "refund_refused",
    "no",
}


def badge(state: str) -> SafeString:
    """A state in a colour that says whether it is an end, and which; in words too, for those who see no colours."""
    kind = "good" if state.lower() in GOOD else "bad" if state.lower() in BAD else "open"
    return format_html('<span class="badge {}">{}</span>', kind, state.lower())


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> SafeString | str:
    """A small table on a page; a dash if it would have no rows."""
    lines = [
        format_html("<tr>{}</tr>", format_html_join("", "<td>{}</td>", ((localize(cell),) for cell in row)))
        for row in rows
    ]
    if not lines:
        return "-"
    heads = format_html_join("", '<th scope="col">{}</th>', ((heading,) for heading in headings))
    body = format_html_join("", "{}", ((line,) for line in lines))
    return format_html('<table class="rows"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', heads, body)


def link(row: Model, text: object) -> SafeString:
    """A link to a row's own page."""
    page = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', page, text)


def list_link(model: type[Model], text: object, **query: object) -> SafeString:
    """A link to the list of a model's rows, as `query` narrows it down."""
    page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist", query=query)
    return format_html('<a href="{}">{}</a>', page, text)


def code(text: str) -> SafeString:
    """Text as it is, with its line breaks and blanks."""
    return format_html("<pre>{}</pre>", text)


def frame(address: str, title: str) -> SafeString:
    """Another page in this one, which may do nothing."""
    return format_html('<iframe sandbox src="{}" title="{}"></iframe>', address, title)


def short(identifier: UUID) -> str:
    """The beginning of an id, for lists that are read by people."""
    return str(identifier)[:8]
