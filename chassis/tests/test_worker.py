import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pytest_django import Settings

from chassis.idempotency.expiry import forget_old_keys
from chassis.inbox.processing import process
from chassis.outbox.relay import relay
from chassis.work import wake_stranded
from chassis.worker import Task, Worker, load_tasks

LONG = 60.0  # Seconds; nothing here lasts that long.


class Backlog:
    """A task with so many pieces of work, which notes when it has none left."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.calls = 0
        self.empty = threading.Event()

    def work(self) -> int:
        self.calls += 1
        if not self.pieces:
            self.empty.set()
            return 0
        self.pieces -= 1
        return 1


class Broken:
    """A task that never works."""

    def __init__(self) -> None:
        self.calls = 0
        self.tried_again = threading.Event()

    def work(self) -> int:
        self.calls += 1
        if self.calls > 1:
            self.tried_again.set()
        raise ZeroDivisionError


class Running:
    """A worker in a thread, for the length of a `with`."""

    def __init__(self, *tasks: Task, poll: float = 0.01) -> None:
        self.stop = threading.Event()
        self.thread = threading.Thread(target=Worker(tasks, poll).run, args=[self.stop])

    def __enter__(self) -> "Running":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(LONG)
        assert not self.thread.is_alive()


def test_a_backlog_is_worked_off_without_a_pause() -> None:
    one, other = Backlog(100), Backlog(3)

    with Running(one.work, other.work, poll=LONG):
        assert one.empty.wait(LONG)

    assert (one.pieces, other.pieces) == (0, 0)


def test_a_task_that_never_has_done_leaves_the_others_their_turn() -> None:
    endless, other = Backlog(10**9), Backlog(3)

    with Running(endless.work, other.work, poll=LONG):
        assert other.empty.wait(LONG)

    assert endless.pieces < 10**9


def test_new_work_is_found_after_a_pause() -> None:
    backlog = Backlog(0)

    with Running(backlog.work):
        assert backlog.empty.wait(LONG)
        backlog.pieces = 1
        backlog.empty.clear()
        assert backlog.empty.wait(LONG)

    assert backlog.pieces == 0


def test_a_worker_told_to_stop_finishes_the_task_in_hand_and_starts_no_other() -> None:
    reached, go_on, backlog = threading.Event(), threading.Event(), Backlog(1)
    finished = []

    def in_hand() -> int:
        reached.set()
        assert go_on.wait(LONG)
        finished.append(1)
        return 1

    with Running(in_hand, backlog.work) as worker:
        assert reached.wait(LONG)
        worker.stop.set()
        go_on.set()

    assert finished == [1]
    assert backlog.calls == 0


def test_a_broken_task_stops_no_other_and_is_tried_again() -> None:
    broken, backlog = Broken(), Backlog(5)

    with Running(broken.work, backlog.work):
        assert backlog.empty.wait(LONG)
        assert broken.tried_again.wait(LONG)

    assert backlog.pieces == 0


def test_a_broken_task_does_not_spin_while_others_are_busy() -> None:
    broken, backlog = Broken(), Backlog(200)

    with Running(broken.work, backlog.work, poll=LONG):
        assert backlog.empty.wait(LONG)

    assert broken.calls == 1


def test_a_worker_that_ends_by_itself_says_so_to_whoever_waits() -> None:
    stop = threading.Event()

    def interrupted() -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Worker([interrupted], LONG).run(stop)

    assert stop.is_set()


def test_the_settings_name_the_tasks(settings: Settings) -> None:
    assert load_tasks()[:4] == [wake_stranded, relay, process, forget_old_keys]

    settings.WORKER_TASKS = ["chassis.nowhere.to_be_found"]
    with pytest.raises(ImportError):
        load_tasks()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ends_with_0_when_told_to(number: signal.Signals, tmp_path: Path) -> None:
    manage = [sys.executable, "-m", "django"]
    ours = {"DJANGO_SETTINGS_MODULE": "chassis.tests.settings", "MANAGEMENT_ADDRESS": "127.0.0.1:0"}
    environment = {**os.environ, **ours, "DATA_DIR": str(tmp_path)}
    subprocess.run([*manage, "migrate", "-v0"], env=environment, check=True)
    with subprocess.Popen([*manage, "worker"], env=environment, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        assert any("worker.started" in line for line in worker.stderr)
        worker.send_signal(number)
        rest = worker.stderr.read()
        assert worker.wait(LONG) == 0
    assert "worker.stopped" in rest
    assert "worker.task_failed" not in rest
