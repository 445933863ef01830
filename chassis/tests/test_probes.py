"""The management address of a process."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from socket import create_connection, socket
from typing import Any

import pytest
from django.core.management.base import CommandError
from pytest_django import Settings

from chassis.probes import Check, probes, while_set
from chassis.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)


def free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def answering(settings: Settings, **checks: Check) -> Iterator[int]:
    port = free_port()
    settings.MANAGEMENT_ADDRESS = f"127.0.0.1:{port}"
    with probes("worker", checks):
        yield port


def ask(port: int, path: str) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_a_process_without_objections_is_ready(settings: Settings) -> None:
    with answering(settings) as port:
        assert ask(port, "/livez") == (200, {"status": "ok"})
        assert ask(port, "/readyz") == (200, {"status": "ok"})
        assert ask(port, "/metrics")[0] == 404


def test_a_process_that_is_not_ready_says_why_and_lives(settings: Settings) -> None:
    stopping = threading.Event()
    with answering(settings, server=while_set(stopping, "stopping")) as port:
        stopping.set()

        assert ask(port, "/readyz") == (503, {"status": "not ready", "because": {"server": "stopping"}})
        assert ask(port, "/livez")[0] == 200


def test_a_check_that_fails_is_an_objection_without_its_text(settings: Settings) -> None:
    def broken() -> str:
        raise OSError("/secret/place")

    with answering(settings, disk=broken) as port:
        assert ask(port, "/readyz")[1]["because"] == {"disk": "OSError"}


def test_a_worker_whose_task_does_not_end_is_not_ready(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker([], poll=0.01)
    with answering(settings, worker=worker.stuck) as port:
        assert ask(port, "/readyz")[0] == 200

        monkeypatch.setattr("chassis.worker.STUCK", -1.0)
        assert ask(port, "/readyz")[1]["because"]["worker"].startswith("no task has ended for")


def test_two_hundred_silent_clients_do_not_keep_it_from_answering(settings: Settings) -> None:
    with answering(settings) as port, ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(create_connection(("127.0.0.1", port)))

        assert ask(port, "/livez")[0] == 200


def test_a_taken_port_is_a_sentence(settings: Settings) -> None:
    with answering(settings), pytest.raises(CommandError, match="for probes, is taken"), probes("worker", {}):
        pass
