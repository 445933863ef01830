"""How a process hears that it is to stop."""

import signal
import threading
from types import FrameType

LOOK = 0.2  # Seconds.


class StopSignals:
    """SIGTERM and SIGINT, heard from the moment that this is made, in the main thread."""

    def __init__(self) -> None:
        self._told = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._hear)

    def wait(self, stop: threading.Event) -> None:
        """Wait for a signal or for `stop`, and set that.

        A signal may arrive on any thread, and Python handles it on this one, once it wakes: so it wakes now and then.
        """
        while not self._told and not stop.wait(LOOK):
            pass
        stop.set()

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        # Between any two steps of `wait`, which may hold the event's lock: hence a plain flag.
        self._told = True
