"""The loop that does what no caller waits for: relay, recovery, sweeps."""

import threading
import time
from collections.abc import Callable, Sequence

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from chassis.connections import fresh_connections

log = structlog.get_logger("chassis.worker")

Task = Callable[[], int]  # Does a bounded piece of work; returns how much it did, 0 if there is none to do now.

STUCK = 60.0  # Seconds after which a task that has not ended is no longer just slow.
TURN = 0.25  # Seconds for which a task may go on, before it is the next one's turn.


def load_tasks() -> list[Task]:
    """The tasks that settings.WORKER_TASKS names."""
    return [import_string(path) for path in settings.WORKER_TASKS]


class Worker:
    """Calls its tasks in turn, for as long as any of them finds something to do, and then waits."""

    def __init__(self, tasks: Sequence[Task], poll: float | None = None) -> None:
        """`poll` is how many seconds to wait; settings.WORKER_POLL unless given."""
        self.tasks = tasks
        self.poll = settings.WORKER_POLL if poll is None else poll
        self.turned_at = time.monotonic()
        self.resting: dict[Task, float] = {}  # Until when, on the clock of `time.monotonic()`.

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set, and finish the task in hand. Sets `stop` if it ends for any other reason."""
        log.info("worker.started", tasks=[_name(task) for task in self.tasks])
        try:
            while not stop.is_set():
                if not sum(self._take_turn(task, stop) for task in self.tasks):
                    stop.wait(self.poll)
        finally:
            # Whoever started this thread waits on the event, and must not wait for a worker that is gone.
            stop.set()
        log.info("worker.stopped")

    def _take_turn(self, task: Task, stop: threading.Event) -> int:
        """Go on with a task for as long as it finds something to do, but not at the cost of the others."""
        done, over = 0, time.monotonic() + TURN
        while not stop.is_set() and (did := self._attempt(task)):
            done += did
            if time.monotonic() >= over:
                break
        return done

    def stuck(self) -> str:
        """Why its work does not get on; empty if it does."""
        for_seconds = time.monotonic() - self.turned_at
        return f"no task has ended for {for_seconds:.0f} s" if for_seconds > STUCK else ""

    def _attempt(self, task: Task) -> int:
        self.turned_at = time.monotonic()
        if time.monotonic() < self.resting.get(task, 0):
            return 0
        try:
            with fresh_connections():
                return task()
        except Exception:
            log.exception("worker.task_failed", task=_name(task))
            # The others may be busy and never let the loop pause.
            self.resting[task] = time.monotonic() + self.poll
            return 0


def _name(task: Task) -> str:
    return f"{task.__module__}.{task.__qualname__}"
