"""`manage.py worker`."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from chassis.probes import probes, while_set
from chassis.worker import Worker, load_tasks


class Command(BaseCommand):
    """Runs the service's worker until SIGTERM or SIGINT; ends with 0 once the task in hand is finished."""

    help = "Delivers events, acts on those that came in, and finishes what was left unfinished."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  Django's signature.
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        worker = Worker(load_tasks())
        # In a thread of its own: the handlers run in this one, and would find the event's lock held if they
        # interrupted one of the worker's many waits.
        thread = threading.Thread(target=worker.run, args=[stop], name="worker")
        with probes("worker", {"worker": worker.stuck, "process": while_set(stop, "stopping")}):
            thread.start()
            stop.wait()
            thread.join()
