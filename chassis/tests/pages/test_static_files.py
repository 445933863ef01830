"""Files that the pages need, without a server of their own."""

import pytest
from django.test import Client


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("chassis/page.css", "text/css"),
        ("chassis/icon.svg", "image/svg+xml"),
        ("admin/css/base.css", "text/css"),
        ("admin/js/theme.js", "text/javascript"),
    ],
)
def test_an_apps_file_is_served(client: Client, path: str, content_type: str) -> None:
    answer = client.get(f"/static/{path}")

    assert (answer.status_code, answer["Content-Type"]) == (200, content_type)
    assert answer["Cache-Control"] == "public, max-age=300"
    assert b"".join(answer)


def test_a_file_that_did_not_change_is_not_sent_again(client: Client) -> None:
    path = "/static/chassis/page.css"
    answer = client.get(path)
    # Read to its end, for that is what closes the file.
    assert b"".join(answer)

    assert client.get(path, headers={"if-modified-since": answer["Last-Modified"]}).status_code == 304


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing.css", 404),
        ("chassis", 404),
        ("/etc/passwd", 404),
        ("../settings.py", 400),
        ("%2e%2e/settings.py", 400),
    ],
)
def test_nothing_else_is(client: Client, path: str, status: int) -> None:
    answer = client.get(f"/static/{path}")

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
