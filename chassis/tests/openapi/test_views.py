"""How the document and its page are served."""

import re

import pytest
from django.test import Client

from chassis.tests.edge.library import Library


def test_the_document_is_served_and_kept_until_it_changes(library: Library, client: Client) -> None:
    answer = client.get("/openapi.json")

    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200,
        "application/json",
        "no-cache",
    )
    assert answer.json()["paths"]["/v1/books/{book_id}"]["get"]["operationId"] == "GetBook"
    again = client.get("/openapi.json", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_page_names_only_files_that_this_edge_has(library: Library, client: Client) -> None:
    page = client.get("/docs")

    named = re.findall(r'(?:src|href)="([^"]+)"', page.content.decode())
    assert len(named) == 6
    assert not [name for name in named if "//" in name]
    for name in named:
        assert client.get(f"/{name}").status_code == 200, name


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/docs", "text/html; charset=utf-8"),
        ("/docs/docs.js", "text/javascript; charset=utf-8"),
        ("/docs/swagger-ui.css", "text/css; charset=utf-8"),
        ("/docs/favicon-32x32.png", "image/png"),
    ],
)
def test_files_say_what_they_are_and_what_a_browser_may_load(
    library: Library, client: Client, path: str, kind: str
) -> None:
    answer = client.get(path)

    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (kind, "nosniff")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", ["/docs/nothing.js", "/docs/..%2Fviews.py", "/docs/swagger-ui-bundle.js.map"])
def test_no_other_file_is_served(library: Library, client: Client, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.json()["reason"]) == (404, "ROUTE_NOT_FOUND")


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/docs/docs.js"])
def test_the_page_is_only_read_and_only_under_a_known_host(library: Library, client: Client, path: str) -> None:
    assert client.head(path).status_code == 200
    written = client.post(path)
    assert (written.status_code, written["Allow"]) == (405, "GET, HEAD, OPTIONS")
    stranger = client.get(path, headers={"Host": "evil.example"})
    assert (stranger.status_code, stranger.json()["reason"]) == (400, "HOST_NOT_ALLOWED")
