"""Headers that tell a browser what a page may do."""

from django.http import HttpResponse

# A page that loads nothing but the shop's own style sheets and pictures. The rest of the world is not there for it.
PAGE = "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; frame-ancestors 'none'"
# What somebody else worded, a mail for one: shown in a frame, it runs nothing, loads nothing and leads nowhere.
PREVIEW = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


def set_policy(response: HttpResponse, policy: str) -> HttpResponse:
    """`response` with this Content-Security-Policy, unless it has one already."""
    response.headers.setdefault("Content-Security-Policy", policy)
    return response
