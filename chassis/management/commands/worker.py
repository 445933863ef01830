"""`manage.py worker`."""

import threading
from typing import Any

from django.core.management.base import BaseCommand

from chassis.probes import probes, while_set
from chassis.stopping import StopSignals
from chassis.worker import Worker, load_tasks


class Command(BaseCommand):
    """Runs the service's worker until SIGTERM or SIGINT; ends with 0 once the task in hand is finished."""

    help = "Delivers events, acts on those that came in, and finishes what was left unfinished."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  Django's signature.
        signals, stop = StopSignals(), threading.Event()
        worker = Worker(load_tasks())
        # In a thread of its own: this one waits for signals.
        thread = threading.Thread(target=worker.run, args=[stop], name="worker")
        with probes("worker", {"worker": worker.stuck, "process": while_set(stop, "stopping")}):
            thread.start()
            signals.wait(stop)
            thread.join()
