import pytest
from django.test import Client

from chassis.tests.edge.library import Library


def test_a_process_that_answers_is_alive(library: Library, client: Client) -> None:
    answer = client.get("/livez", headers={"Host": "10.0.0.1"})

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_process_whose_database_answers_is_ready(library: Library, client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json(), answer["Cache-Control"]) == (200, {"status": "ok"}, "no-store")


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_probe_is_a_get(library: Library, client: Client, path: str) -> None:
    answer = client.post(path)

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer["Content-Type"] == "application/problem+json"
